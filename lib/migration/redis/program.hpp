// What runs in the container of a Redis server, for bash. Pure.
#pragma once

#include <string>
#include <string_view>

namespace divio::migration::redis {

// Functions. $migration is the id of the migration. Whoever acts does so under a lock.
//
//   answer_prepare                    answer_standing
//   answer_begin ATTEMPT              answer_end ATTEMPT
//   answer_fence ATTEMPT              answer_open ATTEMPT
//   answer_admit HASH                 answer_follow ATTEMPT HOST PORT PASSWORD
//   answer_clean                      answer_leftovers
//   answer_memory
//   answer_end_guard
//   and what comparing takes (comparing_program)
//
// What they write is the answer, or why there is none. They end with
//   0  done
//   1  the server refuses
//   2  the server cannot be reached, or is not ready
//   3  the attempt is over, or what the side is does not go with what is asked
//   4  the side is not prepared for this migration
//   5  it took too long
[[nodiscard]] std::string_view program();

//   answer_batch DATABASE CURSOR      the cursor to go on with, how far the server is, then a key and its sum in each line
//   answer_sums_now DATABASE KEY...   how far the server is, then a key and its sum in each line
//   answer_sums DATABASE OFFSET MILLISECONDS KEY...   the keys and sums once the server is as far as OFFSET
//   answer_still_sums MILLISECONDS DATABASE KEY...   as answer_sums_now while writers wait, which they do until answer_go_on, or for
//                                     as long as it says; how far the server was before it was asked
//   answer_still_counts MILLISECONDS  how far the server is, and the numbers of keys, while writers wait
//   answer_counts OFFSET MILLISECONDS the numbers of keys once the server is as far as OFFSET
//   answer_go_on                      how far the server is before writers go on: no further if none did before
//   answer_functions
// Keys are in hexadecimal. A sum is "-" where there is no such key, "?" where it was too much for once, and begins with "~"
// where not all of the value is in it.
[[nodiscard]] std::string_view comparing_program();

// What stays open: reads lines "END QUESTION WORD..." and writes for each the answer, the code, and END.
[[nodiscard]] std::string conversation_program();

// What a guard opens with.
[[nodiscard]] std::string opening_program();

// Looks without anything having been prepared, for sh: what parse_inventory() reads.
[[nodiscard]] std::string_view inventory_program();

// Who logs in from the other side.
inline constexpr std::string_view follower_login = "divio-migration";

}  // namespace divio::migration::redis
