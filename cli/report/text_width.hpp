// How wide text is on a terminal, and cutting it without breaking characters.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace divio::cli {

// Columns that `text` takes. UTF-8; wide characters take two, combining ones none; a byte that is no UTF-8 takes one.
[[nodiscard]] std::size_t display_width(std::string_view text);

// `text` if it fits into `columns`, else its beginning and "…" (which takes one column).
[[nodiscard]] std::string cut(std::string_view text, std::size_t columns);

// `text` without control characters and escape sequences; tabs become spaces, and after a carriage return only what was
// written last stays, as a terminal would show it.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace divio::cli
