// What is seen of a YAML text before it is parsed, and how a syntax error in it is told.
#pragma once

#include <string>
#include <string_view>

#include "config/yaml_tree.hpp"

namespace divio::config {

// Refuses what is too large, not UTF-8, or holds control characters. yaml-cpp takes the byte 0x04 for the end of the
// text and would leave out the rest without a word.
[[nodiscard]] Result<void> check_yaml_text(std::string_view text);

// Whether the scalar at the beginning of `text` ends if it is between quotes. yaml-cpp lets open quotes swallow the
// rest of the text without a word. Anchors and tags before the scalar are skipped.
[[nodiscard]] bool quotes_closed(std::string_view text);

// A syntax error at `place` in our words, from the parser's message. The message itself is not shown: it differs
// between versions of yaml-cpp, and may quote what should not be.
struct SyntaxError {
  std::string_view message;
  std::string_view hint;
};
[[nodiscard]] SyntaxError explain_syntax_error(std::string_view text, Place place, std::string_view parser_message);

}  // namespace divio::config
