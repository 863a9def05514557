// The pure parts of moving Redis.
#include <doctest/doctest.h>

#include <algorithm>

#include "migration/redis/comparing.hpp"
#include "migration/redis/inventory.hpp"
#include "migration/redis/moving.hpp"
#include "migration/redis/program.hpp"

using namespace divio::migration::redis;
namespace planning = divio::planning;

namespace {

// As Redis 7.0.15 writes it, shortened.
std::string answer_of_source(const std::string& offset = "5042", const std::string& fence = "up") {
  return "attempt:2\nended:0\nfence:" + fence +
         "\nUser default has no permissions to run the 'set' command\n# Replication\r\nrole:master\r\nconnected_slaves:1\r\n"
         "slave0:ip=10.0.0.3,port=6379,state=online,offset=5042,lag=0\r\nmaster_replid:abc\r\nmaster_repl_offset:" + offset +
         "\r\n# Persistence\r\nloading:0\r\naof_rewrite_in_progress:0\r\n"
         "# Keyspace\r\ndb0:keys=3,expires=1,avg_ttl=0\r\ndb5:keys=4,expires=0,avg_ttl=0\r\n";
}

std::string answer_of_target(const std::string& link = "up", const std::string& rewriting = "0", const std::string& status = "ok") {
  return "attempt:2\nended:1\nfence:up\nno permissions\n# Replication\r\nrole:slave\r\nmaster_host:10.0.0.2\r\nmaster_port:6380\r\nmaster_link_status:" + link +
         "\r\nmaster_sync_in_progress:0\r\nmaster_sync_read_bytes:77\r\nslave_read_repl_offset:6000\r\nslave_repl_offset:5042\r\nmaster_replid:abc\r\n"
         "master_repl_offset:5040\r\nloading:0\r\naof_rewrite_in_progress:" + rewriting + "\r\naof_rewrite_scheduled:0\r\naof_last_bgrewrite_status:" + status + "\r\n";
}

}  // namespace

TEST_CASE("how a server stands is read from what it says") {
  const auto source = parse_standing(answer_of_source());
  REQUIRE(source);
  CHECK(source->epoch == planning::Epoch{2, false});
  CHECK(source->fence == planning::Fence::up);
  CHECK(source->stream == planning::Stream::absent);
  CHECK(source->follows.empty());
  CHECK(source->history == "abc");
  CHECK(source->offset == 5042);
  CHECK(source->followers == 1);
  CHECK(source->keys == 7);
  const auto target = parse_standing(answer_of_target());
  REQUIRE(target);
  CHECK(target->epoch == planning::Epoch{2, true});
  CHECK(target->stream == planning::Stream::following);
  CHECK(target->follows == "10.0.0.2:6380");
  CHECK(target->offset == 5042);
  CHECK(target->received == 77);
  CHECK_FALSE(parse_standing("attempt:0\nended:0\nCould not connect to Redis\n"));
  CHECK_FALSE(parse_standing(""));
}

TEST_CASE("a first copy that a kill would undo is no following: its append-only file has to be written") {
  using planning::Stream;
  CHECK(parse_standing(answer_of_target("down"))->stream == Stream::copying);
  CHECK(parse_standing(answer_of_target("up", "1"))->stream == Stream::copying);
  CHECK(parse_standing(answer_of_target("up", "0", "err"))->stream == Stream::copying);
}

TEST_CASE("all is there only where the source was closed, of the same history, and at least as far") {
  const auto source = *parse_standing(answer_of_source());
  const auto target = *parse_standing(answer_of_target());
  CHECK(has_all(source, target));
  CHECK(has_all(*parse_standing(answer_of_source("5000")), target));
  CHECK_FALSE(has_all(*parse_standing(answer_of_source("5043")), target));
  CHECK_FALSE(has_all(*parse_standing(answer_of_source("5042", "down")), target));
  CHECK_FALSE(has_all(source, *parse_standing(answer_of_target("down"))));
  CHECK_FALSE(has_all(source, *parse_standing(answer_of_target("up", "1"))));
  CHECK_FALSE(has_all(source, source));
  CHECK_FALSE(has_all(target, target));
  auto other = target;
  other.history = "def";
  CHECK_FALSE(has_all(source, other));
  other.history = source.history;
  CHECK(has_all(source, other));
  other.loading = true;
  CHECK_FALSE(has_all(source, other));
}

TEST_CASE("what is in the way of moving Redis is found before anything is done") {
  const auto source = parse_inventory("migration:\nfree_disk:1000\n# Server\r\nredis_version:7.0.15\r\nused_memory:2097152\r\nmaxmemory:4194304\r\n"
                                      "aof_current_size:500\r\nconnected_slaves:0\r\ndb0:keys=3,expires=1,avg_ttl=0\r\n");
  REQUIRE(source);
  CHECK(source->version == "7.0.15");
  CHECK(source->memory == 2097152);
  CHECK(source->keys == 3);
  CHECK(source->free_disk == 1024000);
  CHECK(source->written == 500);
  auto target = *source;
  target.memory = 0;
  target.free_disk = 1ULL << 30;
  REQUIRE(obstacles(*source, target).size() == 1);
  CHECK(obstacles(*source, target).front() == Obstacle{false, "what the target's server holds is replaced: 3 keys", "see whether somebody needs them"});
  target.keys = 0;
  CHECK(obstacles(*source, target).empty());

  target.most_memory = 1048576;
  REQUIRE(obstacles(*source, target).size() == 1);
  CHECK(obstacles(*source, target).front().what == "the target's server may use 1 MiB of memory, and the source's uses 2 MiB");
  CHECK(obstacles(*source, target).front().stops);
  target.most_memory = 3145728;
  CHECK_FALSE(obstacles(*source, target).front().stops);
  target.most_memory = 0;
  target.free_disk = 1024;
  CHECK(obstacles(*source, target).front().what.starts_with("the target's disk has 1 KiB left"));
  target.free_disk = 1ULL << 30;
  target.version = "6.2.1";
  CHECK(obstacles(*source, target).size() == 2);
  target.version = "7.2.0";
  CHECK(obstacles(target, *source).front().what == "the target has Redis 7.0.15, which is older than 7.2.0");
  target.missing = {"flock"};
  CHECK(can_follow(target).size() == 1);
  CHECK(obstacles(*source, target).front().what == "on the target, the image of Redis has no program flock");
  target.missing = {};

  auto busy = *source;
  busy.follows = "10.0.0.9:6379";
  busy.followers = 2;
  CHECK(obstacles(busy, target).size() == 2);
  busy.migration = "m7";
  REQUIRE(obstacles(busy, target).size() == 1);
  CHECK(obstacles(busy, target).front().what == "the source's server has traces of migration m7");
  CHECK_FALSE(parse_inventory("Could not connect to Redis"));
}

TEST_CASE("what servers say of their keys is read, and summed up in any order") {
  const auto seen = parse_batch("17\n5042\n6b31 aa\n6b32 ~bb\n6b33 -\n");
  REQUIRE(seen);
  CHECK(seen->cursor == "17");
  CHECK(seen->offset == 5042);
  CHECK(seen->sums == Sums{{"6b31", "aa"}, {"6b32", "~bb"}, {"6b33", "-"}});
  CHECK_FALSE(parse_batch("NOPERM no\n"));
  CHECK_FALSE(parse_batch("17\nLOADING\n"));
  CHECK(parse_still("12\n")->sums.empty());
  CHECK(parse_counts("12\ndb0:keys=3,expires=1,avg_ttl=0\ndb12:keys=4,expires=0,avg_ttl=0\n") == std::map<unsigned, KeyCounts>{{0, {3, 1}}, {12, {4, 0}}});
  const auto evidence = divio::services::redis::evidence_of_counts("# Server\r\nredis_version:7.0.15\r\n# Keyspace\r\ndb0:keys=3,expires=1,avg_ttl=0\r\ndb3:keys=2,expires=2,avg_ttl=9\r\ndb12:keys=4,expires=0,avg_ttl=0\r\n");
  CHECK(evidence == divio::model::Evidence{"7.0.15", {}, {{"db0", 2, {}}, {"db12", 4, {}}}});
  KeysSum one;
  KeysSum other;
  one.add("6b31", "aa");
  one.add("6b32", "bb");
  other.add("6b32", "bb");
  CHECK(one.text() != other.text());
  other.add("6b31", "aa");
  CHECK(one.text() == other.text());
  CHECK(one.text().size() == 32);
  CHECK(readable_key("6f6464206b65790a") == "odd key\\x0a");
  CHECK(readable_key(std::string(400, '6')).size() == 83);
}

TEST_CASE("the programs are whole, and what answers from outside begins with answer_") {
  const auto conversing = conversation_program();
  for (const auto* name : {"prepare", "begin", "end", "fence", "open", "admit", "follow", "standing", "clean", "leftovers", "end_guard", "batch", "sums", "sums_now",
                           "still_sums", "counts", "still_counts", "go_on", "functions"}) {
    CAPTURE(name);
    CHECK(conversing.find("\nanswer_" + std::string(name) + "() {") != std::string::npos);
  }
  CHECK(opening_program().find("read -r -a words") == std::string::npos);
  CHECK(opening_program().ends_with("answer_open \"$attempt\"\n"));
  // Longer ones no command can be given: MAX_ARG_STRLEN in Linux's include/uapi/linux/binfmts.h.
  CHECK(conversing.size() < std::size_t{128} * 1024);
}
