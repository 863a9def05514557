#include "divio/result.hpp"

namespace divio {

std::string_view to_string(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::failed: return "failed";
    case ErrorCode::invalid: return "invalid";
    case ErrorCode::not_found: return "not_found";
    case ErrorCode::conflict: return "conflict";
    case ErrorCode::refused: return "refused";
    case ErrorCode::unreachable: return "unreachable";
    case ErrorCode::timed_out: return "timed_out";
    case ErrorCode::cancelled: return "cancelled";
    case ErrorCode::bug: return "bug";
  }
  return "bug";
}

int exit_code(ErrorCode code) noexcept { return static_cast<int>(code) + 1; }

}  // namespace divio
