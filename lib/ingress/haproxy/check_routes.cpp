#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "ingress/haproxy/layout.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::ingress {
namespace {

bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_host(std::string_view text) {
  if (text.empty() || text.size() > 253 || text.front() == '.' || text.back() == '.') return false;
  return std::ranges::all_of(text, [](char c) { return is_lower_or_digit(c) || c == '-' || c == '.' || c == '_'; });
}

// Docker's rule for names of containers.
bool is_instance(std::string_view text) {
  if (text.empty() || text.size() > 200) return false;
  return std::ranges::all_of(
      text, [](char c) { return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_'; });
}

bool is_path(std::string_view text) {
  return text.empty() || (text.front() == '/' && text.size() <= 1024 &&
                          std::ranges::all_of(text, [](unsigned char c) { return c > 0x20 && c < 0x7f; }));
}

Result<void> check_target(const model::RouteTarget& target) {
  if (!is_instance(target.instance)) {
    return fail(ErrorCode::invalid, fmt::format("\"{}\" cannot be the name of a target", target.instance),
                "use letters, digits, '-', '.' and '_'");
  }
  if (!is_ipv4(target.address) || target.port == 0) {
    return fail(
        ErrorCode::invalid,
        fmt::format("the target {} has no usable address ({}:{})", target.instance, target.address, target.port),
        "the ingress reaches targets by an IPv4 address and a port");
  }
  if (!is_path(target.health.path)) {
    return fail(ErrorCode::invalid, fmt::format("\"{}\" cannot be the path of a health check", target.health.path),
                "a path begins with '/' and has only printable ASCII characters, no spaces");
  }
  if (target.health.interval.count() <= 0 || target.health.timeout.count() <= 0) {
    return fail(ErrorCode::invalid, fmt::format("the health check of {} takes no time", target.instance),
                "give an interval and a timeout above zero");
  }
  return {};
}

Result<void> check_host(const std::string& host, const model::EnvironmentKey& key, const AllRoutes& others) {
  if (!is_host(host)) {
    return fail(ErrorCode::invalid, fmt::format("\"{}\" is not a host name", host),
                "use lower-case letters, digits, '-' and '.', without a port");
  }
  for (const auto& [other, routes] : others) {
    if (other.original() == key.original() || std::ranges::find(routes.hosts, host) == routes.hosts.end()) continue;
    return fail(ErrorCode::conflict,
                fmt::format("{} belongs to {} ({}) already", host, other.project.str(), other.environment.original().str()),
                "give each environment host names of its own");
  }
  return {};
}

}  // namespace

bool is_ipv4(std::string_view text) {
  const auto parts = split(text, '.');
  return parts.size() == 4 && std::ranges::all_of(parts, [](const std::string& part) {
           int value = -1;
           const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
           return error == std::errc{} && end == part.data() + part.size() && value >= 0 && value <= 255 &&
                  part.size() <= 3;
         });
}

Result<void> check_routes(const model::Routes& routes, const AllRoutes& others) {
  for (const auto& host : routes.hosts) DIVIO_CHECK(check_host(host, routes.key, others));
  std::set<std::string_view> seen;
  for (const auto& target : routes.targets) {
    DIVIO_CHECK(check_target(target));
    if (!seen.insert(target.instance).second) {
      return fail(ErrorCode::invalid, fmt::format("the target {} is given twice", target.instance), "give it once");
    }
  }
  return {};
}

}  // namespace divio::ingress
