// Why a copying does not come to its end. The server tries again for ever, and says why in its log only.
#pragma once

#include <string>
#include <string_view>

#include "migration/postgres/conversation.hpp"

namespace divio::migration::postgres {

// What ended a worker of this subscription last, as the server's log has it, with the table in front where one was being copied; empty where
// nothing did. Of other databases' workers in the same log nothing is told. The lines are those of PostgreSQL 13 to 18 with the default
// log_line_prefix, "%m [%p] " (https://www.postgresql.org/docs/17/runtime-config-logging.html#GUC-LOG-LINE-PREFIX). Pure.
[[nodiscard]] std::string last_failure(std::string_view log, std::string_view subscription);

// The same of the last minute on this target; empty as well where its log cannot be read.
[[nodiscard]] std::string copying_trouble(const Conversation& target);

}  // namespace divio::migration::postgres
