#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <cstring>

#include "divio/platform.hpp"
#include "divio/version.hpp"
#include "version_text.hpp"

namespace divio {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

}  // namespace

std::string_view version() noexcept { return version_text; }

std::string default_home() {
  if (auto home = variable("DIVIOCTL_HOME"); !home.empty()) return home;
  if (auto state = variable("XDG_STATE_HOME"); !state.empty()) return state + "/divioctl";
  return variable("HOME") + "/.local/state/divioctl";
}

Result<Settings> settings_from_environment() {
  Settings settings{.home = default_home(), .engine = variable("DOCKER_HOST")};
  const auto port = variable("DIVIOCTL_INGRESS_PORT");
  if (port.empty()) return settings;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), settings.ingress_port);
  if (error != std::errc{} || end != port.data() + port.size() || settings.ingress_port == 0)
    return fail(ErrorCode::invalid, fmt::format("DIVIOCTL_INGRESS_PORT is '{}', which is not a port", port), "use a number from 1 to 65535");
  return settings;
}

}  // namespace divio
