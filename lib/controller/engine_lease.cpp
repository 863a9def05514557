#include "controller/engine_lease.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "controller/lease_times.hpp"
#include "support/try.hpp"

namespace divio::controller {
namespace {

using namespace std::chrono_literals;

constexpr auto between_attempts = 500ms;

// What bears the environment's name belongs to whoever made its network.
Result<void> check_owner(Runtime& runtime, const LeaseMark& mark) {
  DIVIO_TRY(networks, runtime.engine.networks().list({{std::string(model::label::project), mark.key.project.str()},
                                                      {std::string(model::label::environment), mark.key.environment.str()}}));
  for (const auto& network : networks) {
    const auto owner = network.labels.find(std::string(model::label::managed));
    if (owner == network.labels.end() || owner->second == catalogue_of(runtime)) continue;
    return fail(ErrorCode::refused,
                fmt::format("{} is on the engine of region {} already, and belongs to another catalogue ({})", mark.key.stem(),
                            runtime.region.name.str(), owner->second),
                fmt::format("use that catalogue (DIVIOCTL_HOME is its folder), take its environments over if it is lost (divioctl region "
                            "import {}), or give the project another name in divio.yaml", runtime.region.name.str()));
  }
  return {};
}

bool is_fatal(const Error& error) { return error.code == ErrorCode::unreachable || error.code == ErrorCode::cancelled; }

}  // namespace

// Makes a new mark and looks: the mark of another catalogue that stands beside it, if any.
Result<std::optional<ports::Volume>> EngineLease::renew() {
  auto& volumes = runtime_.engine.volumes();
  const auto name = new_mark_name(mark_.key);
  DIVIO_CHECK(volumes.create(name, labels_of(mark_)));
  if (!mine_.name.empty()) left_.push_back(mine_.name);
  mine_ = {name, {}, {}};
  DIVIO_TRY(marks, volumes.look(lease_labels(mark_.key)));
  const auto found = std::ranges::find(marks, name, &ports::Volume::name);
  if (found == marks.end()) return fail(ErrorCode::failed, "a volume that was just made is not there");
  mine_ = *found;
  left_ = marks_to_remove(marks, mine_, mark_.catalogue);
  return mark_of_another(marks, mine_, mark_.catalogue);
}

// What cannot be removed now is seen and removed by the next one.
void EngineLease::clear() {
  for (const auto& name : left_) static_cast<void>(runtime_.engine.volumes().remove(name));
  left_.clear();
}

Result<std::unique_ptr<EngineLease>> EngineLease::acquire(Runtime& runtime, const LeaseMark& mark,
                                                          std::chrono::milliseconds wait, const Call& call) {
  DIVIO_CHECK(check_owner(runtime, mark));
  const auto give_up = runtime.clock.now() + wait;
  for (bool told = false;; told = true) {
    std::unique_ptr<EngineLease> lease(new EngineLease(runtime, mark));
    auto other = lease->renew();
    if (!other && is_fatal(other.error())) return Failure(std::move(other).error());
    if (!other && call.listener)
      call.listener(Notice{Notice::Level::warning, "others cannot see that this is going on: " + other.error().message});
    if (!other || !*other) {
      // Whoever was waited for may have made it theirs.
      if (told) DIVIO_CHECK(check_owner(runtime, mark));
      lease->renewal_ = std::jthread([lease = lease.get()](std::stop_token stop) { lease->keep(std::move(stop)); });
      return lease;
    }
    auto held = held_by(**other, mark.key);
    if (runtime.clock.now() >= give_up) return Failure(std::move(held));
    if (!told && call.listener) call.listener(Notice{Notice::Level::info, "waiting: " + held.message});
    lease.reset();
    if (!runtime.clock.sleep(between_attempts, call.stop)) return fail(ErrorCode::cancelled, "the wait was cancelled");
  }
}

void EngineLease::keep(std::stop_token stop) {
  clear();
  while (runtime_.clock.sleep(lease_renewal, stop)) {
    const auto before = mine_;
    const auto other = renew();
    clear();
    // Whoever looks while this one stands gives way; only after it had run out can another one be the holder.
    const bool ran_out = !before.name.empty() && mark_of_another({before}, mine_, {}) == std::nullopt;
    if (other && *other && ran_out) {
      lost_.request_stop();
      return;
    }
  }
}

EngineLease::~EngineLease() {
  renewal_.request_stop();
  if (renewal_.joinable()) renewal_.join();
  if (!mine_.name.empty()) left_.push_back(mine_.name);
  clear();
}

}  // namespace divio::controller
