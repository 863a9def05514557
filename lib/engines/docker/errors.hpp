// What the engine says went wrong, as an Error. Pure.
#pragma once

#include <string>
#include <string_view>

#include "divio/result.hpp"

namespace divio::engines {

// The sentence in an answer that is not a success: {"message": "..."}, or the whole text where it is not that.
[[nodiscard]] std::string sentence_of(std::string_view body);

// `doing` says what was tried, to follow "cannot": "start container 'shop-live-web-1'". `status` 0: not known.
[[nodiscard]] Error engine_error(int status, const std::string& sentence, std::string_view doing);

// A registry's refusal or silence, told apart by the engine's words, since it reports both as 500. `verb`: "pull", "push".
[[nodiscard]] Error registry_error(int status, const std::string& sentence, std::string_view verb, const std::string& image);

// A registry's error where it was shown no login, as that could not be found out: with the reason, if it may be one.
[[nodiscard]] Error without_login(Error error, const Error& reason);

}  // namespace divio::engines
