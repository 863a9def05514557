#include "controller/data_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::controller {
namespace {

using model::ServiceInstance;
using model::ServiceType;

bool holds_data(const ServiceInstance& instance) {
  return instance.type != ServiceType::media && !instance.password.empty();
}

Failure not_made(const ServiceInstance& instance) {
  const auto& environment = instance.environment.environment.str();
  return fail(ErrorCode::refused, fmt::format("service {} of {} is not made yet", instance.prefix.str(), environment),
              fmt::format("the next deployment makes it: divioctl deploy -e {}", environment));
}

const ServiceInstance* find(const Instances& known, const std::string& prefix) {
  const auto found = std::ranges::find_if(known, [&](const auto& one) { return one.prefix.str() == prefix; });
  return found == known.end() ? nullptr : &*found;
}

// "10.11" as {10, 11}
std::vector<int> numbers_of(const std::string& version) {
  std::vector<int> numbers;
  for (const auto& part : split(version, '.')) {
    int number = 0;
    std::from_chars(part.data(), part.data() + part.size(), number);
    numbers.push_back(number);
  }
  return numbers;
}

bool is_made(const ServiceInstance& instance) { return instance.type == ServiceType::media || holds_data(instance); }

std::string product_of(const ServiceInstance& one) {
  return fmt::format("{}{}{}", model::product_name(one.type), one.version.empty() ? "" : " ", one.version);
}

Result<void> check_pair(const ServiceInstance& from, const ServiceInstance& to) {
  if (!is_made(from)) return not_made(from);
  if (!is_made(to)) return not_made(to);
  if (from.type != to.type)
    return fail(ErrorCode::refused, fmt::format("service {} is {} there and {} here", from.prefix.str(), product_of(from), product_of(to)),
                "data can be copied between services of one type only");
  if (numbers_of(from.version) > numbers_of(to.version))
    return fail(ErrorCode::refused,
                fmt::format("service {} is {} there and {} here, which is older", from.prefix.str(), product_of(from), product_of(to)),
                "a dump can be restored into the same version or a newer one");
  return {};
}

std::vector<std::string> prefixes_with_data(const Instances& known) {
  std::vector<std::string> prefixes;
  for (const auto& one : known)
    if (one.type != ServiceType::media) prefixes.push_back(one.prefix.str());
  return prefixes;
}

}  // namespace

Result<Instances> to_copy(const Instances& source, const Instances& target, const std::string& prefix) {
  Instances chosen;
  for (const auto& from : source) {
    if (!prefix.empty() && from.prefix.str() != prefix) continue;
    const auto* to = find(target, from.prefix.str());
    if (to == nullptr && prefix.empty()) continue;
    if (to == nullptr)
      return fail(ErrorCode::not_found, fmt::format("there is no service '{}' to copy to", prefix), "divioctl service list lists those there are");
    DIVIO_CHECK(check_pair(from, *to));
    chosen.push_back(from);
  }
  if (!chosen.empty()) return chosen;
  if (!prefix.empty())
    return fail(ErrorCode::not_found, fmt::format("there is no service '{}' to copy from", prefix), "divioctl service list lists those there are");
  return fail(ErrorCode::not_found, "the two environments have no service of the same prefix",
              "divioctl service list -e NAME lists an environment's services");
}

Result<ServiceInstance> with_data(const Instances& known, const model::EnvironmentKey& key, const std::string& prefix) {
  const auto prefixes = prefixes_with_data(known);
  if (prefix.empty() && prefixes.size() != 1)
    return fail(prefixes.empty() ? ErrorCode::not_found : ErrorCode::invalid,
                prefixes.empty() ? fmt::format("{} has no database and no cache", key.stem())
                                 : fmt::format("{} has more than one service with data", key.stem()),
                prefixes.empty() ? "divioctl service add adds one" : "say --service " + join(prefixes, " or --service "));
  const auto* found = find(known, prefix.empty() ? prefixes.front() : prefix);
  if (found == nullptr)
    return fail(ErrorCode::not_found, fmt::format("{} has no service '{}'", key.stem(), prefix),
                prefixes.empty() ? std::string() : "there is " + join(prefixes, ", "));
  if (found->type == ServiceType::media)
    return fail(ErrorCode::invalid, fmt::format("service {} is media", prefix), "divioctl media pull and media push copy files");
  if (!holds_data(*found)) return not_made(*found);
  return *found;
}

}  // namespace divio::controller
