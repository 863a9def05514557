// Help, from the descriptions of commands and fields.
#pragma once

#include <string>

#include "cli/command.hpp"

namespace divio::cli {

// Whether a field is a flag on the command line.
[[nodiscard]] bool is_flag(const wire::Field& field);

// Whether a field takes any number of words.
[[nodiscard]] bool is_repeated(const wire::Field& field);

// "-e, --env NAME", "PROCESS=COUNT..."
[[nodiscard]] std::string field_label(const wire::Field& field);

// What help says of it, with choices, default and variable.
[[nodiscard]] std::string field_text(const wire::Field& field);

// "divioctl scale [OPTIONS] PROCESS=COUNT..."
[[nodiscard]] std::string usage_line(const Command& command);

// Fields that `command` shows: its own flags, or the common ones that mean something for it.
[[nodiscard]] std::vector<wire::Field> own_flags(const Command& command);
[[nodiscard]] std::vector<wire::Field> common_flags(const Command& command);
[[nodiscard]] std::vector<wire::Field> arguments(const Command& command);

[[nodiscard]] std::string_view group_title(Group group);

// What `divioctl` alone prints.
[[nodiscard]] std::string overview();
// What `divioctl variable --help` prints.
[[nodiscard]] std::string group_help(std::string_view group);
[[nodiscard]] std::string command_help(const Command& command);

}  // namespace divio::cli
