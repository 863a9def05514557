// Taking away what a migration made.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "migration/postgres/side.hpp"

namespace divio::migration::postgres {

// Removes everything that the migration with this id ever made on the side: subscriptions, even where the other side is
// gone, slots, publications, the schema, the event trigger, the role, the guard, and what a copying that broke off left;
// and gives writers their privileges back, if it took them. Whatever half-done state it is in; of nothing it removes
// nothing. The database itself stays, where there is one, and its data.
//
// Where it is to be left closed what closes it stays as well, and goes with the database.
[[nodiscard]] Result<void> clean(const Side& side, std::string_view migration, Left left = Left::opened);

// What is there of it: "slot divio_m1_d0123456789a_f", a line each. None after clean().
[[nodiscard]] Result<std::vector<std::string>> leftovers(const Side& side, std::string_view migration);

// For psql as superuser in `postgres`. Pure.
[[nodiscard]] std::string clean_script(const Names& names, Left left = Left::opened);
[[nodiscard]] std::string leftovers_script(const Names& names);

}  // namespace divio::migration::postgres
