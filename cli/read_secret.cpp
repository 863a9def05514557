#include "cli/read_secret.hpp"

#include <fmt/format.h>

#include "cli/terminal.hpp"

namespace divio::cli {

Result<Secret> read_secret(Call& call, std::string_view what) {
  return call.streams().input_terminal ? ask_secret(call.streams().err, fmt::format("{}: ", what)) : read_piped_secret();
}

}  // namespace divio::cli
