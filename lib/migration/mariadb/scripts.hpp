// What servers are told in a migration, for the client `mariadb` as root. Pure. In the texts {schema} and the like stand for names,
// which Conversation fills in.
#pragma once

#include <string_view>

namespace divio::migration::mariadb {

// What a session begins with. Nothing of a migration's own goes into the binary log.
[[nodiscard]] std::string_view session_script();

// Makes the database {schema} with a table `state` of one row and the procedures below, unless another migration's are there.
// Run again, it changes nothing.
//
//   acquire(id)                       takes the lock under which all that act do so, until it is released or the session ends;
//                                     an error where the state is not that migration's
//   learn(attempt, finished), admit(attempt, finished)   what the side knows of attempts; admit's `finished`: one that has ended may act too
//   shut_out(patience)                milliseconds for who is at something; where it fails, let_in() gives back what it took
//   open_side(attempt), let_in()
//   follow_from(host, port, password, file, position), resume_following(), forget_following()
//   follow_copied(...)                the same as follow_from(), and what fails is trouble
//   begin_loading(password, collation), end_loading(password, trouble)
//
// Their errors are 30001 where the attempt is over or what the side is does not go with what it is to do, 30002 where the side is not
// prepared for this migration, 30003 where the lock is taken, 30004 where sessions that were ended do not go.
[[nodiscard]] std::string_view prepare_script();

// Whose migration is under way, as "owner: ID": nothing behind it for none, "-" where it was begun to be prepared and not more. Nothing has
// to be there.
[[nodiscard]] std::string_view owner_script();

// The state, where the binary log stands, and the connections by which the server follows others, as names and values in lines.
[[nodiscard]] std::string_view standing_script();

}  // namespace divio::migration::mariadb
