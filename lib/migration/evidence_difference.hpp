// In what two sides' data differ. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/backup.hpp"

namespace divio::migration {

// A sentence for each difference in schema, tables and rows. `kind`: "PostgreSQL"; `there`: where the other side is, "in region eu".
[[nodiscard]] std::vector<std::string> differences(const model::Evidence& from, const model::Evidence& to, std::string_view kind, std::string_view there);

}  // namespace divio::migration
