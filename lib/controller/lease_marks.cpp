#include "controller/lease_marks.hpp"

#include <fmt/format.h>

#include <chrono>

#include "controller/lease_times.hpp"
#include "support/ids.hpp"

namespace divio::controller {
namespace {

using namespace std::chrono_literals;

// Times of volumes are whole seconds, so one second more.
constexpr auto lifetime = lease_lifetime + 1s;
constexpr auto kept_at_least = 60s;

std::string label_of(const ports::Volume& volume, std::string_view name) {
  const auto found = volume.labels.find(std::string(name));
  return found == volume.labels.end() ? std::string{} : found->second;
}

bool is_of(const ports::Volume& mark, const std::string& catalogue) {
  return label_of(mark, model::label::lease_catalogue) == catalogue;
}

}  // namespace

model::Labels lease_labels(const model::EnvironmentKey& key) {
  return {{std::string(model::label::lease), key.project.str() + "/" + key.environment.str()}};
}

model::Labels labels_of(const LeaseMark& mark) {
  auto labels = lease_labels(mark.key);
  labels[std::string(model::label::lease_catalogue)] = mark.catalogue;
  labels[std::string(model::label::lease_holder)] = mark.person;
  labels[std::string(model::label::lease_reason)] = mark.reason;
  return labels;
}

std::string new_mark_name(const model::EnvironmentKey& key) { return fmt::format("divio-lease-{}-{}", key.stem(), random_hex(8)); }

std::optional<ports::Volume> mark_of_another(const std::vector<ports::Volume>& marks, const ports::Volume& mine,
                                             const std::string& catalogue) {
  for (const auto& mark : marks)
    if (!is_of(mark, catalogue) && mine.created_at - mark.created_at <= lifetime) return mark;
  return std::nullopt;
}

std::vector<std::string> marks_to_remove(const std::vector<ports::Volume>& marks, const ports::Volume& mine,
                                         const std::string& catalogue) {
  std::vector<std::string> names;
  for (const auto& mark : marks) {
    const bool ours = is_of(mark, catalogue) && mark.name != mine.name;
    const bool long_over = mine.created_at - mark.created_at > lifetime + kept_at_least;
    if (ours || long_over) names.push_back(mark.name);
  }
  return names;
}

Error held_by(const ports::Volume& mark, const model::EnvironmentKey& key) {
  return {ErrorCode::conflict,
          fmt::format("{} is being changed by {} ({}), from another catalogue", key.stem(),
                      label_of(mark, model::label::lease_holder), label_of(mark, model::label::lease_reason)),
          "wait for it with --lock-wait 60s; it comes free by itself, also if that process has crashed", {}};
}

}  // namespace divio::controller
