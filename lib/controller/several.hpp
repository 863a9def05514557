// What comes of the same thing done to several environments, of which some failed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "divio/result.hpp"
#include "model/names.hpp"

namespace divio::controller {

struct Failed {
  model::EnvironmentKey key;
  Error error;
};

// "shop/live"
[[nodiscard]] std::string name_of(const model::EnvironmentKey& key);

// One error that names each of `failed`, which are not none, and why; of one environment alone its own. `what`: "could not be
// reconciled". Its code is theirs where they all have the same, its hint the first one's.
[[nodiscard]] Error error_of(const std::vector<Failed>& failed, std::size_t environments, std::string_view what);

}  // namespace divio::controller
