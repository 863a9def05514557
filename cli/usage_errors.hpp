// The words for command lines that cannot be understood.
#pragma once

#include <string>
#include <string_view>

#include "cli/command.hpp"

namespace divio::cli {

[[nodiscard]] Error unknown_command(const std::string& word);
// `group` is the first word of commands such as `variable`; `word` is empty where its second word is missing.
[[nodiscard]] Error unknown_in_group(const std::string& group, const std::string& word);
// `command` is nullptr where none was given.
[[nodiscard]] Error unknown_flag(const std::string& word, const Command* command);
[[nodiscard]] Error missing_value(const std::string& flag);
[[nodiscard]] Error unexpected_word(const std::string& word, const Command& command);
[[nodiscard]] Error missing_field(const wire::Field& field, const Command& command);
[[nodiscard]] Error no_dry_run(const Command& command);

}  // namespace divio::cli
