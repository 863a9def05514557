// In what two sides' data differ. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/backup.hpp"
#include "model/service.hpp"

namespace divio::migration {

// A sentence for each difference in schema, tables and rows. `kind`: "PostgreSQL"; `there`: where the other side is, "in region eu".
[[nodiscard]] std::vector<std::string> differences(const model::Evidence& from, const model::Evidence& to, std::string_view kind, std::string_view there);

// The same of a copy that a server of another version may have taken in: which writes the schema in another way. `type`: of the service.
[[nodiscard]] std::vector<std::string> differences_of_copy(const model::Evidence& from, model::Evidence to, model::ServiceType type, std::string_view there);

}  // namespace divio::migration
