#include "migration/environment/following_move.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace divio::migration::environment {

Failure not_arrived(const std::string& prefix) {
  return fail(ErrorCode::timed_out, fmt::format("what was written to service '{}' does not arrive on the other side in time", prefix),
              "allow a longer pause (--max-pause), or choose a quieter time");
}

Failure not_whole(const std::string& prefix) {
  return fail(ErrorCode::refused, fmt::format("not all of service '{}' is there: it was being copied, or its server is starting", prefix),
              "if its server is starting, type the command again; else bring up the last backup in another environment: divioctl backup restore --help");
}

Failure not_followed(const std::string& prefix) {
  return fail(ErrorCode::timed_out, fmt::format("what is written to service '{}' does not arrive within {} s", prefix, for_a_write.count()),
              "see how far behind it is: divioctl migrate show");
}

Result<double> median_time(const std::function<Result<void>()>& act) {
  std::array<double, 5> times{};
  for (auto& time : times) {
    const auto begin = std::chrono::steady_clock::now();
    DIVIO_CHECK(act());
    time = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  }
  std::ranges::sort(times);
  return times[times.size() / 2];
}

}  // namespace divio::migration::environment
