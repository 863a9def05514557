// Taking away what a migration made.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "migration/redis/conversation.hpp"

namespace divio::migration::redis {

// Removes everything that the migration with this id ever made on the side: the guard, following, the login for that, settings,
// what is known of attempts; and gives the application back what fence() took. Whatever half-done state it is in; of nothing it
// removes nothing, and what another migration made stays. The data stay.
//
// Where it is to be left closed what closes it stays as well, and goes with the data.
[[nodiscard]] Result<void> clean(const Side& side, std::string_view migration, Left left = Left::opened);

// What is there of it: "user divio-migration", a line each. None after clean(), nor where another migration is under way.
[[nodiscard]] Result<std::vector<std::string>> leftovers(const Side& side, std::string_view migration);

}  // namespace divio::migration::redis
