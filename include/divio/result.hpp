// The outcome of everything that can fail: a value or an Error. No exception crosses a public function.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace divio {

// Closed list. Each code has one exit code (see exit_code) and one meaning in `--output json`.
enum class ErrorCode {
  failed,       // the operation was tried and did not succeed
  invalid,      // wrong usage or an invalid file
  not_found,    // the thing named does not exist
  conflict,     // it exists already, or another operation holds it
  refused,      // plan limits, drift, or an unsafe step without consent
  unreachable,  // the engine or another endpoint does not answer
  timed_out,
  cancelled,
  bug,  // a broken promise of divioctl itself
};

// What went wrong. `message` is one sentence naming the thing, `hint` says what to do about it, and `where` is a place
// such as "divio.yaml:12:5" or empty. None of them ever holds a secret.
struct Error {
  ErrorCode code = ErrorCode::failed;
  std::string message;
  std::string hint = {};
  std::string where = {};

  friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
using Result = tl::expected<T, Error>;
using Failure = tl::unexpected<Error>;

[[nodiscard]] inline Failure fail(ErrorCode code, std::string message, std::string hint = {}) {
  return Failure(Error{code, std::move(message), std::move(hint), {}});
}

// The name used in JSON, e.g. "not_found".
[[nodiscard]] std::string_view to_string(ErrorCode code) noexcept;

// The process exit code that a failure with this code ends in: 1 to 9.
[[nodiscard]] int exit_code(ErrorCode code) noexcept;

}  // namespace divio
