// What exit codes mean, for man pages and the reference.
#pragma once

#include <array>
#include <string_view>
#include <utility>

namespace divio::cli {

inline constexpr std::array<std::pair<int, std::string_view>, 10> exit_code_meanings{{
    {0, "done"},
    {1, "the operation was tried and did not succeed"},
    {2, "wrong usage, or an invalid file"},
    {3, "not found"},
    {4, "it exists already, or another operation holds it"},
    {5, "refused: plan limits, drift, or an unsafe step without consent"},
    {6, "the engine or another endpoint does not answer"},
    {7, "timed out"},
    {8, "cancelled"},
    {9, "a bug in divioctl"},
}};

}  // namespace divio::cli
