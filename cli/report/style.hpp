// Colours and marks of what people read.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace divio::cli {

struct Style {
  bool color = false;    // escape codes may be written
  bool unicode = false;  // the terminal shows UTF-8
  std::size_t columns = 0;  // of the terminal that it is for; 0: no terminal, and no limit

  [[nodiscard]] std::string red(std::string_view text) const { return painted("31", text); }
  [[nodiscard]] std::string green(std::string_view text) const { return painted("32", text); }
  [[nodiscard]] std::string yellow(std::string_view text) const { return painted("33", text); }
  [[nodiscard]] std::string bold(std::string_view text) const { return painted("1", text); }
  [[nodiscard]] std::string dim(std::string_view text) const { return painted("2", text); }

 private:
  [[nodiscard]] std::string painted(std::string_view code, std::string_view text) const {
    if (!color || text.empty()) return std::string(text);
    return std::string("\x1b[").append(code).append("m").append(text).append("\x1b[0m");
  }
};

}  // namespace divio::cli
