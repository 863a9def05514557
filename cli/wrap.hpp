// Breaks prose into lines.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace divio::cli {

// `text` in lines of at most `width` columns where words allow it; every line but the first begins with `indent`
// spaces. Empty lines between paragraphs stay.
[[nodiscard]] std::string wrap(std::string_view text, std::size_t width, std::size_t indent);

}  // namespace divio::cli
