#include "controller/several.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "support/text.hpp"

namespace divio::controller {
namespace {

// Of several codes none says more than that it failed.
ErrorCode code_of(const std::vector<Failed>& failed) {
  const auto code = failed.front().error.code;
  const bool all = std::ranges::all_of(failed, [&](const Failed& one) { return one.error.code == code; });
  return all ? code : ErrorCode::failed;
}

}  // namespace

std::string name_of(const model::EnvironmentKey& key) { return key.project.str() + "/" + key.environment.str(); }

Error error_of(const std::vector<Failed>& failed, std::size_t environments, std::string_view what) {
  if (environments == 1) return failed.front().error;
  std::vector<std::string> reasons;
  for (const auto& [key, error] : failed) reasons.push_back(fmt::format("{} ({})", name_of(key), error.message));
  return {code_of(failed), fmt::format("{} of {} environments {}: {}", failed.size(), environments, what, join(reasons, ", ")),
          failed.front().error.hint, failed.front().error.where};
}

}  // namespace divio::controller
