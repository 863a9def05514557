#include "controller/disk_probe.hpp"

#include <sstream>

#include "controller/image_probe.hpp"
#include "support/text.hpp"

namespace divio::controller {
namespace {

constexpr std::uint64_t kilobyte = 1024;

}  // namespace

std::optional<DiskSpace> parse_df(std::string_view text) {
  const auto lines = split(text, '\n');
  if (lines.size() < 2) return std::nullopt;
  std::istringstream fields(lines[1]);
  std::string device;
  std::uint64_t total = 0, used = 0, available = 0;
  if (!(fields >> device >> total >> used >> available) || total == 0) return std::nullopt;
  return DiskSpace{total * kilobyte, available * kilobyte};
}

std::optional<DiskSpace> probe_disk(Runtime& runtime, const std::string& image, std::stop_token stop) {
  const auto text = ask_image(runtime, image, {"df", "-Pk", "/"}, std::move(stop));
  return text ? parse_df(*text) : std::nullopt;
}

}  // namespace divio::controller
