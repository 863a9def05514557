// DIVIO_TRY(name, expression): declares `name` as the value of a Result, or returns its error from this function.
// DIVIO_CHECK(expression): the same for Result<void>.
#pragma once

#include "divio/result.hpp"

#define DIVIO_CONCAT_(a, b) a##b
#define DIVIO_CONCAT(a, b) DIVIO_CONCAT_(a, b)
#define DIVIO_TRY_(temporary, declaration, ...)                                        \
  auto temporary = (__VA_ARGS__);                                                      \
  if (!temporary) return ::divio::Failure(std::move(temporary).error());               \
  declaration = std::move(*temporary)
#define DIVIO_TRY(name, ...) DIVIO_TRY_(DIVIO_CONCAT(divio_try_, __LINE__), auto name, __VA_ARGS__)
#define DIVIO_ASSIGN(place, ...) DIVIO_TRY_(DIVIO_CONCAT(divio_try_, __LINE__), place, __VA_ARGS__)
#define DIVIO_CHECK(...)                                                                        \
  do {                                                                                          \
    if (auto divio_check = (__VA_ARGS__); !divio_check) return ::divio::Failure(std::move(divio_check).error()); \
  } while (false)
