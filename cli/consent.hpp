// Consent to what cannot be undone.
#pragma once

#include <string_view>

#include "cli/call.hpp"

namespace divio::cli {

struct Consent {
  std::string_view doing;     // "destroying": how the refusal begins
  std::string_view question;  // a sentence that says what is going to be lost
  std::string_view word;      // what has to be typed, and what it is called
  std::string_view called;    // "name", "prefix"
};

// Success with --yes, for a dry run, and when the word was typed on a terminal; refused otherwise.
[[nodiscard]] Result<void> ask_for_consent(Call& call, const Consent& consent);

}  // namespace divio::cli
