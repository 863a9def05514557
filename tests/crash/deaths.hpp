// divioctl that is killed after one of its journal records, and the ways on from there.
#pragma once

#include "e2e/site.hpp"

namespace divio::live {

inline constexpr int killed = 128 + 9;

enum class Recovery { resume, same_again };

// Whether everything is to be tried after every record, with tests/run.sh --long.
[[nodiscard]] bool is_long();

// divioctl -e live WORDS..., killed after so many records; one that writes fewer comes to its end.
Ended die(const Site& site, const Words& words, int records);

// What was cut short comes to its end; the test ends if it does not.
void recover(const Site& site, const Words& words, Recovery recovery);

}  // namespace divio::live
