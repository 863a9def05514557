// Which times of change files had that are in a bucket now (bucket.hpp). Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "media/manifest.hpp"

namespace divio::media {

struct RememberedTime {
  std::string tag;  // of the object that it is about
  std::uint64_t bytes = 0;
  std::int64_t changed_ns = 0;

  friend bool operator==(const RememberedTime&, const RememberedTime&) = default;
};

using Times = std::map<std::string, RememberedTime, std::less<>>;  // by path

[[nodiscard]] std::string write_times(const Times& times);

// What cannot be read is left out: it is no more than a memory.
[[nodiscard]] Times read_times(std::string_view text);

}  // namespace divio::media
