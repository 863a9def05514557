// The scripts in the folder completions, as they were when divioctl was built.
#pragma once

#include <string_view>

namespace divio::cli {

[[nodiscard]] std::string_view bash_completion() noexcept;
[[nodiscard]] std::string_view zsh_completion() noexcept;
[[nodiscard]] std::string_view fish_completion() noexcept;

}  // namespace divio::cli
