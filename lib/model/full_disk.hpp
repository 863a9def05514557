// Errors that are because the disk of a region's engine is full: known by the words of engines, programs and databases,
// told in one way, and with the region's name where somebody knows it.
#pragma once

#include <string>
#include <string_view>

#include "divio/result.hpp"

namespace divio::model {

// Whether a program's complaint says so. Pure.
[[nodiscard]] bool says_full_disk(std::string_view complaint);

// What to do about it, for the hint of an error whose region is not known where it is made.
inline constexpr std::string_view full_disk_hint =
    "the disk of its engine is full: make room there (docker system df shows what uses it), then type the command again";

// The same error; where that is its hint, it says whose disk it is ("region eu").
[[nodiscard]] Error with_disk_of(Error error, std::string_view whose);

// The same of an outcome.
template <class T>
[[nodiscard]] Result<T> with_disk_of(Result<T> outcome, std::string_view whose) {
  if (!outcome) return Failure(with_disk_of(std::move(outcome).error(), whose));
  return outcome;
}

}  // namespace divio::model
