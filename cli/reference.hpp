// docs/commands.md, from the descriptions of commands and fields.
#pragma once

#include <string>

namespace divio::cli {

[[nodiscard]] std::string reference();

}  // namespace divio::cli
