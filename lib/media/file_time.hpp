// The time of a file's last change, in parts. Pure.
#pragma once

#include <sys/stat.h>

#include <array>
#include <cstdint>
#include <ctime>

namespace divio::media {

inline constexpr std::int64_t ns_in_second = 1'000'000'000;

// As POSIX keeps it: nanos is never negative, also before 1970.
struct FileTime {
  std::int64_t seconds = 0;
  std::int64_t nanos = 0;
};

[[nodiscard]] constexpr FileTime file_time(std::int64_t ns) noexcept {
  const auto nanos = (ns % ns_in_second + ns_in_second) % ns_in_second;
  return {(ns - nanos) / ns_in_second, nanos};
}

// One that was kept in whole seconds is as good as the exact one.
[[nodiscard]] constexpr bool is_same_time(std::int64_t a, std::int64_t b) noexcept {
  if (a == b) return true;
  const auto one = file_time(a), other = file_time(b);
  return (one.nanos == 0 || other.nanos == 0) && one.seconds == other.seconds;
}

// For futimens and utimensat: the time of the last access stays what it is.
[[nodiscard]] inline std::array<timespec, 2> change_times(std::int64_t ns) noexcept {
  const auto time = file_time(ns);
  return {{{0, UTIME_OMIT}, {static_cast<time_t>(time.seconds), static_cast<long>(time.nanos)}}};
}

}  // namespace divio::media
