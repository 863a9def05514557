// What servers are told in a migration, for psql as superuser in the tenant's database. Pure. In the texts {schema} and the
// like stand for names, which Conversation fills in.
#pragma once

#include <string>
#include <string_view>

#include "divio/secret.hpp"
#include "migration/postgres/side.hpp"

namespace divio::migration::postgres {

// The schema of a migration with its marker and its functions, which the tenant can neither see into nor call. Whoever
// calls a function in it, the guard too, does the same. Run again, it changes nothing.
//
//   fence(attempt, patience), unfence(attempt)   see moving.hpp
//   let_in()                     takes a fence down, whosever it is
//   await_writers(attempt, patience)   the processes of sessions that had to be ended, as often as they were asked to
//   epoch(), learn(attempt, over), admit(attempt)   what the database knows of attempts
//   await_marker(direction, n, patience)
//   sequences()                  a row for each: name, last value, whether it was given out, increment, lowest, highest
[[nodiscard]] std::string tools_script();

// Tables whose changes cannot be followed, a line each.
[[nodiscard]] std::string without_identity_script();

// Makes the publication {forward} or {backward}, of all tables: such a one takes no lock on any.
[[nodiscard]] std::string publication_script(std::string_view publication);

// Makes the role that the other side logs in as, or gives it this password; `salt` as in scram_verifier.
[[nodiscard]] Secret role_script(const Secret& password, std::string_view salt);

// What the other side logs in with. Only superusers can read it in pg_subscription.
[[nodiscard]] Secret connection_string(const Names& names, const Peer& peer, const Secret& password);

// Makes the subscription of the way there, with its slot and with the copying of all rows.
[[nodiscard]] Secret forward_script(const Secret& connection);
// Makes the subscription {forward} or {backward}, without a slot, without copying, and at rest; and sets how one logs in.
[[nodiscard]] Secret following_script(std::string_view subscription, const Secret& connection);
[[nodiscard]] Secret connection_script(std::string_view subscription, const Secret& connection);

// From now on nobody logs in with the password of the instance's login, and whoever did is ended; the administrator still can act as it.
[[nodiscard]] std::string login_closing_script();
// As it was, to the letter, if that was done.
[[nodiscard]] std::string login_opening_script();

// Lets the server start what follows as soon as it is told to: by itself it leaves five seconds between two starts
// (https://www.postgresql.org/docs/15/runtime-config-replication.html). The last migration of a server resets it.
[[nodiscard]] std::string prompt_start_script();

// Removes subscriptions of the database of which `condition` is true, without a word to whom they follow: their slots stay there.
[[nodiscard]] std::string subscription_removal(std::string_view condition);

// Removes slots of which `condition` is true, ending who uses them.
[[nodiscard]] std::string slot_removal(std::string_view condition);

// In a shell in the source's container: SQL that makes what rows need to be copied and followed, and SQL that makes the
// rest, which is quicker when the rows are there: indexes, foreign keys, triggers.
[[nodiscard]] std::string schema_for_rows(const Names& names);
[[nodiscard]] std::string schema_after_rows(const Names& names);
// In a shell on either side: a hash of the latter, however it came there.
[[nodiscard]] std::string schema_after_rows_hash(const Names& names);

}  // namespace divio::migration::postgres
