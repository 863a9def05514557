#include "load/client/options.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <functional>
#include <map>

namespace divio::load {
namespace {

using Setter = std::function<bool(const std::string&)>;

bool set_number(double& out, const std::string& text, double least, double most) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || !(value >= least && value <= most)) return false;
  out = value;
  return true;
}

template <typename T>
Setter number(T& out, double least, double most) {
  return [&out, least, most](const std::string& text) {
    double value = 0;
    if (!set_number(value, text, least, most)) return false;
    out = static_cast<T>(value);
    return true;
  };
}

Setter text(std::string& out) {
  return [&out](const std::string& value) {
    out = value;
    return !value.empty();
  };
}

}  // namespace

tl::expected<Options, std::string> parse_options(const std::vector<std::string>& arguments) {
  Options options;
  double timeout_ms = 10'000;
  const std::map<std::string, Setter> values = {
      {"--address", text(options.address)},
      {"--port", number(options.port, 1, 65535)},
      {"--host", text(options.host)},
      {"--path", text(options.path)},
      {"--expect", text(options.expect)},
      {"--connections", number(options.connections, 1, 1000)},
      {"--rate", number(options.rate, 0, 1e6)},
      {"--seconds", number(options.seconds, 0, 86400)},
      {"--requests", number(options.requests, 0, 1e12)},
      {"--timeout-ms", number(timeout_ms, 1, 600'000)},
  };
  const std::map<std::string, std::pair<bool*, bool>> flags = {
      {"--keep-alive", {&options.keep_alive, true}},
      {"--no-keep-alive", {&options.keep_alive, false}},
      {"--tolerate", {&options.tolerate, true}},
      {"--retry-raced", {&options.retry_raced, true}},
  };
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& name = arguments[i];
    if (const auto flag = flags.find(name); flag != flags.end()) {
      *flag->second.first = flag->second.second;
    } else if (const auto value = values.find(name); value == values.end()) {
      return tl::unexpected(fmt::format("there is no option {}", name));
    } else if (++i == arguments.size() || !value->second(arguments[i])) {
      return tl::unexpected(fmt::format("{} needs a fitting value", name));
    }
  }
  options.timeout = std::chrono::milliseconds(static_cast<long>(timeout_ms));
  return options;
}

}  // namespace divio::load
