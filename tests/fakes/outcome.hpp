// What a test expects of a Result, with the error's words where it is otherwise.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <type_traits>
#include <utility>

#include "divio/result.hpp"

namespace divio::tests {

// The value; the test ends if there is none.
template <class T>
T must(Result<T> result) {
  const std::string problem = result ? std::string() : result.error().message + " (" + result.error().hint + ")";
  REQUIRE_MESSAGE(result.has_value(), problem);
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

// The error; the test ends if there is none.
template <class T>
Error must_fail(Result<T> result) {
  REQUIRE_MESSAGE(!result.has_value(), "this should have failed");
  return std::move(result).error();
}

[[nodiscard]] inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace divio::tests
