#include "migration/redis/moving.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migration/server_texts.hpp"
#include "migration/numbers.hpp"
#include "migration/told.hpp"
#include "support/ids.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::migration::redis {
namespace {

using planning::Fence;
using planning::Stream;

Result<void> done(const Result<std::string>& answer) {
  if (!answer) return Failure(answer.error());
  return {};
}

// "db0:keys=3,expires=1,avg_ttl=0"
std::uint64_t keys_in(std::string_view text) {
  std::uint64_t keys = 0;
  constexpr std::string_view word = ":keys=";
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) keys += number_in<std::uint64_t>(text.substr(at + word.size()));
  return keys;
}

// With its link up, the append-only file may still be the old one until a new one is written: a kill would bring that back.
Stream stream_in(const Told& told) {
  if (told["role"] != "slave") return Stream::absent;
  const bool kept = told["aof_rewrite_in_progress"] == "0" && told["aof_rewrite_scheduled"] == "0" && told["aof_last_bgrewrite_status"] == "ok";
  return told["master_link_status"] == "up" && kept ? Stream::following : Stream::copying;
}

}  // namespace

Result<void> prepare(Conversation& side) { return done(side.ask("prepare", "prepare the server for a move")); }

Result<void> begin_attempt(Conversation& side, int attempt) { return done(side.ask(fmt::format("begin {}", attempt), "tell the server of the attempt")); }

Result<void> end_attempt(Conversation& side, int attempt) { return done(side.ask(fmt::format("end {}", attempt), "end the attempt")); }

Result<void> fence(Conversation& side, int attempt) { return done(side.ask(fmt::format("fence {}", attempt), "keep writers out of the server")); }

Result<void> open(Conversation& side, int attempt) { return done(side.ask(fmt::format("open {}", attempt), "let writers into the server")); }

Result<void> admit_follower(Conversation& from, const Secret& password) {
  return done(from.ask(Secret("admit " + sha256_hex(password.reveal())), "make the login for replication"));
}

Result<void> follow(Conversation& to, int attempt, const Peer& from, const Secret& password) {
  if (!is_plain(from.host) || !is_plain(password.reveal()))
    return fail(ErrorCode::invalid, fmt::format("'{}' is not where a server can be followed with a password of letters and digits", from.host));
  return done(to.ask(Secret(fmt::format("follow {} {} {} {}", attempt, from.host, from.port, password.reveal())), "follow the other server"));
}

Result<Standing> standing(Conversation& side) {
  DIVIO_TRY(answer, side.ask("standing", "look how the server stands"));
  return parse_standing(answer);
}

Result<std::uint64_t> memory(Conversation& side) {
  DIVIO_TRY(answer, side.ask("memory", "look how much memory the server uses"));
  return number_in<std::uint64_t>(answer);
}

Result<Standing> parse_standing(std::string_view answer) {
  const Told told{answer};
  const auto role = told["role"];
  if (role.empty() || told["master_replid"].empty() || told["fence"].empty())
    return fail(ErrorCode::failed, "the server gave no answer about how it stands", "run this again");
  Standing seen;
  seen.epoch = {number_in<int>(told["attempt"]), told["ended"] == "1"};
  seen.fence = told["fence"] == "up" ? Fence::up : Fence::down;
  seen.stream = stream_in(told);
  if (role == "slave") seen.follows = fmt::format("{}:{}", told["master_host"], told["master_port"]);
  seen.history = told["master_replid"];
  seen.offset = number_in<std::uint64_t>(role == "slave" ? told["slave_repl_offset"] : told["master_repl_offset"]);
  seen.followers = number_in<unsigned>(told["connected_slaves"]);
  seen.received = number_in<std::uint64_t>(told["master_sync_read_bytes"]);
  seen.keys = keys_in(answer);
  seen.loading = told["loading"] == "1";
  return seen;
}

bool has_all(const Standing& from, const Standing& to) noexcept {
  return from.fence == Fence::up && from.follows.empty() && !from.loading && to.stream == Stream::following && !to.loading &&
         !from.history.empty() && to.history == from.history && to.offset >= from.offset;
}

bool is_as_far(const Standing& from, const Standing& to) noexcept {
  return to.stream == Stream::following && to.history == from.history && to.offset >= from.offset;
}

std::uint64_t lag(const Standing& from, const Standing& to) noexcept {
  return from.history == to.history && from.offset > to.offset ? from.offset - to.offset : 0;
}

}  // namespace divio::migration::redis
