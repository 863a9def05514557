// The hand-over of a real database that is written to, there and back, and what must not happen on the way.
#include <fmt/format.h>

#include <chrono>
#include <set>

#include "migration/postgres/cleaning.hpp"
#include "migration/postgres/verification.hpp"
#include "migration/postgres_talk.hpp"
#include "migration/postgres_writers.hpp"
#include "support/text.hpp"

using namespace divio;
using namespace divio::migration::postgres;
using namespace divio::test;
using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point begin) { return std::chrono::duration<double, std::milli>(Clock::now() - begin).count(); }

// The pause: from `from` to `to`, which have been following each other in `direction`.
double hand_over(Conversation& from, Conversation& to, Direction direction, std::uint64_t number) {
  const auto opposite = direction == Direction::forward ? Direction::backward : Direction::forward;
  const auto attempt = static_cast<int>(number);
  for (auto* side : {&from, &to}) REQUIRE_OK(begin_attempt(*side, attempt));
  const auto begin = Clock::now();
  REQUIRE_OK(fence(from, attempt, 2s));
  const auto fenced = milliseconds_since(begin);
  REQUIRE_OK(mark(from, direction, number));
  CHECK(await_mark(to, direction, number, 20s).value());
  const auto arrived = milliseconds_since(begin);
  REQUIRE_OK(copy_sequences(from, to));
  const auto sequences = milliseconds_since(begin);
  REQUIRE_OK(end_following(from, to, direction));
  REQUIRE_OK(begin_following(to, from, opposite, attempt));
  const auto turned = milliseconds_since(begin);
  REQUIRE_OK(mark(to, opposite, number));
  CHECK(await_mark(from, opposite, number, 20s).value());
  const auto proved = milliseconds_since(begin);
  REQUIRE_OK(unfence(to, attempt));
  const auto open = milliseconds_since(begin);
  fmt::print("pause {:.1f} ms: fence {:.1f}, marker {:.1f}, sequences {:.1f}, turn {:.1f}, proof {:.1f}, open {:.1f}\n", open, fenced,
             arrived - fenced, sequences - arrived, turned - sequences, proved - turned, open - proved);
  return open;
}

// However slow the machine is, each time between two hand-overs is written in.
void await_more(const Writers& writers) {
  const auto wanted = writers.acknowledged() + 100;
  for (int tries = 0; tries < 3000 && writers.acknowledged() < wanted; ++tries) std::this_thread::sleep_for(10ms);
  REQUIRE(writers.acknowledged() >= wanted);
}

std::vector<std::string> notes(Move& move, const Side& side) {
  auto found = split(trim(move.hear(side, "SELECT text FROM note WHERE text LIKE 'w%' ORDER BY text COLLATE \"C\";\n")), '\n');
  if (found.size() == 1 && found.front().empty()) found.clear();
  return found;
}

}  // namespace

TEST_CASE("every acknowledged write is there exactly once after a hand-over and after the way back, and both sides hold the same") {
  Move move("handover", "h1");
  move.fill(500);
  move.prepare();
  Writers writers(move, 4);
  await_more(writers);
  (void)hand_over(move.source, move.target, Direction::forward, 1);
  writers.go_to_target();
  await_more(writers);
  CHECK(is_fenced(move.source).value());

  REQUIRE_OK(prepare_following(move.source, move.target, move.sides.source_peer(), Direction::forward));
  (void)hand_over(move.target, move.source, Direction::backward, 2);
  writers.go_to_source();
  await_more(writers);
  const auto acknowledged = writers.stop();
  fmt::print("{} writes acknowledged, longest gap {:.1f} ms\n", acknowledged.size(), writers.longest_gap());
  CHECK(acknowledged.size() >= 300);
  const auto found = notes(move, move.pair.source);
  CHECK(found == acknowledged);

  REQUIRE_OK(mark(move.source, Direction::forward, 3));
  CHECK(await_mark(move.target, Direction::forward, 3, 20s).value());
  CHECK(notes(move, move.pair.target) == acknowledged);
  const auto both = look_at_both(move.source, move.target, Direction::forward, 1000);
  REQUIRE_OK(both);
  for (const auto& difference : differences(*both, "on the target", 0)) FAIL_CHECK(difference);
}

TEST_CASE("the target is closed to its own application while it is being fed, and opens at the commit") {
  Move move("closed", "h2");
  move.fill(10);
  move.prepare();
  Talk early(move.sides.tenant_session(move.pair.target));
  CHECK_FALSE(early.say("INSERT INTO note (text) VALUES ('early');"));
  move.say("INSERT INTO note (text) VALUES ('fed');\n");
  REQUIRE_OK(mark(move.source, Direction::forward, 1));
  CHECK(await_mark(move.target, Direction::forward, 1, 20s).value());
  CHECK(early.hear("SELECT count(*) FROM note;") == "11\n");
  (void)hand_over(move.source, move.target, Direction::forward, 2);
  CHECK(early.say("INSERT INTO note (text) VALUES ('its own');"));
}

TEST_CASE("a transaction of another tenant's that is open on the target's server does not make the pause longer") {
  Move move("neighbour", "h7");
  Move other("other", "h8");
  move.fill(10);
  move.prepare();
  REQUIRE(other.sides.as_tenant(other.pair.target, "CREATE TABLE own (id int);\n").code == 0);
  Talk neighbour(move.sides.tenant_session(other.pair.target));
  REQUIRE(neighbour.say("BEGIN; INSERT INTO own VALUES (1);"));
  (void)hand_over(move.source, move.target, Direction::forward, 1);
  CHECK(neighbour.say("COMMIT;"));
  Talk there(move.sides.tenant_session(move.pair.target));
  REQUIRE(there.say("INSERT INTO note (text) VALUES ('new');"));
  REQUIRE_OK(mark(move.target, Direction::backward, 2));
  // Called again, it skips nothing that was written since.
  REQUIRE_OK(begin_following(move.target, move.source, Direction::backward, 0));
  CHECK(await_mark(move.source, Direction::backward, 2, 20s).value());
  CHECK(move.hear(move.pair.source, "SELECT count(*) FROM note;\n") == "11\n");
}

TEST_CASE("numbers that the source's sequences gave out are not given out again, wherever the sequences stand") {
  Move move("sequences", "h3");
  move.fill(10);
  move.say("CREATE SEQUENCE down INCREMENT -5 MAXVALUE 100 MINVALUE -1000 START 100; SELECT nextval('down'), nextval('down');\n"
           "CREATE SEQUENCE \"Not Used\" START 7; CREATE SEQUENCE moved; ALTER SEQUENCE moved RESTART WITH 500;\n"
           "CREATE SEQUENCE short MAXVALUE 5; SELECT nextval('short');\n");
  move.prepare();
  REQUIRE_OK(fence(move.source, 0, 1s));
  REQUIRE_OK(copy_sequences(move.source, move.target, 10));
  REQUIRE_OK(copy_sequences(move.source, move.target, 10));
  REQUIRE_OK(unfence(move.target, 0));
  CHECK(move.hear(move.pair.target, "SELECT nextval('note_id_seq'), nextval('down'), nextval('\"Not Used\"'), nextval('moved');\n") == "21|40|7|500\n");
  CHECK(move.hear(move.pair.target, "SELECT last_value FROM short;\n") == "5\n");
}

TEST_CASE("a sequence that the target lacks is named, rather than left to begin anew there") {
  Move move("late", "h10");
  move.fill(10);
  move.prepare();
  move.say("CREATE SEQUENCE late; SELECT nextval('late');\n");
  REQUIRE_OK(fence(move.source, 0, 1s));
  const auto copied = copy_sequences(move.source, move.target);
  REQUIRE_FALSE(copied);
  CHECK(copied.error().code == ErrorCode::conflict);
  CHECK(copied.error().message.find("does not have public.late,") != std::string::npos);
  REQUIRE(move.sides.as_administrator(move.pair.target, "CREATE SEQUENCE late;\n").code == 0);
  REQUIRE_OK(copy_sequences(move.source, move.target));
}

TEST_CASE("the way back is not begun before its publication, nor while the way there is open") {
  Move move("order", "h4");
  move.fill(10);
  REQUIRE_OK(begin_copying(move.source, move.target, move.sides.source_peer()));
  move.follow();
  REQUIRE_OK(fence(move.source, 0, 1s));
  const auto open = begin_following(move.target, move.source, Direction::backward, 0);
  REQUIRE_FALSE(open);
  CHECK(open.error().code == ErrorCode::refused);
  CHECK(open.error().message.find("still follows") != std::string::npos);
  REQUIRE_OK(end_following(move.source, move.target, Direction::forward));
  const auto unprepared = begin_following(move.target, move.source, Direction::backward, 0);
  REQUIRE_FALSE(unprepared);
  CHECK(unprepared.error().message.find("not prepared") != std::string::npos);
  CHECK(move.sides.as_administrator(move.pair.target, "SELECT count(*) FROM pg_replication_slots WHERE database = current_database();\n").out == "0\n");
}

TEST_CASE("by what an attempt that was given up left of its way back, nothing is sent back of what came since") {
  Move move("leftover", "h9");
  move.fill(10);
  move.prepare();
  REQUIRE_OK(suspend_following(move.target, Direction::forward, 0));
  REQUIRE_OK(begin_following(move.target, move.source, Direction::backward, 0));
  const auto stream = move.source.names().backward;
  REQUIRE(move.sides.as_administrator(move.pair.source, fmt::format("ALTER SUBSCRIPTION {0} DISABLE; ALTER SUBSCRIPTION {0} SET (slot_name = NONE);\n"
                                                                    "DROP SUBSCRIPTION {0};\n", stream)).code == 0);
  REQUIRE_OK(resume_following(move.target, Direction::forward));
  move.say("INSERT INTO note (text) VALUES ('since');\n");
  REQUIRE_OK(mark(move.source, Direction::forward, 1));
  CHECK(await_mark(move.target, Direction::forward, 1, 20s).value());

  REQUIRE_OK(prepare_following(move.target, move.source, move.sides.target_peer(), Direction::backward));
  (void)hand_over(move.source, move.target, Direction::forward, 2);
  CHECK(move.hear(move.pair.source, "SELECT count(*) FROM note;\n") == "11\n");
}

TEST_CASE("each step can be called again, and nothing is left over, of whatever a migration had done when it is given up") {
  // In this order a move calls them; each step is called twice.
  using Step = std::function<Result<void>(Move&)>;
  const auto seen = [](const Result<bool>& found) -> Result<void> {
    if (found && !*found) return fail(ErrorCode::failed, "the marker did not come");
    return found ? Result<void>() : Result<void>(Failure(found.error()));
  };
  const std::vector<Step> steps{
      [](Move& move) { return begin_copying(move.source, move.target, move.sides.source_peer()); },
      [](Move& move) { move.follow(); return Result<void>(); },
      [](Move& move) { return fence(move.target, 0, 1s).map([](unsigned) {}); },
      [](Move& move) { return prepare_following(move.target, move.source, move.sides.target_peer(), Direction::backward); },
      [](Move& move) { return fence(move.source, 0, 1s).map([](unsigned) {}); },
      [](Move& move) { return mark(move.source, Direction::forward, 1); },
      [&](Move& move) { return seen(await_mark(move.target, Direction::forward, 1, 20s)); },
      [](Move& move) { return end_following(move.source, move.target, Direction::forward); },
      [](Move& move) { return begin_following(move.target, move.source, Direction::backward, 0); },
      [](Move& move) { return mark(move.target, Direction::backward, 1); },
      [&](Move& move) { return seen(await_mark(move.source, Direction::backward, 1, 20s)); }};
  // After the first step, while it copies; in the middle of the pause; at its end.
  for (const std::size_t given_up : {std::size_t{1}, std::size_t{8}, steps.size()}) {
    CAPTURE(given_up);
    Move move("givenup", "h5");
    move.fill(300);
    for (std::size_t step = 0; step < given_up; ++step) {
      CAPTURE(step);
      REQUIRE_OK(steps[step](move));
      move.source.close();  // as if another process went on
      move.target.close();
      if (given_up == steps.size() || step + 1 == given_up) REQUIRE_OK(steps[step](move));
    }
    CHECK_FALSE(move.left(move.pair.target).empty());
    const bool source_first = given_up % 8 != 0;
    for (int time = 0; time < 2; ++time)
      for (const auto* side : source_first ? std::vector{&move.pair.source, &move.pair.target} : std::vector{&move.pair.target, &move.pair.source})
        REQUIRE_OK(clean(*side, "h5"));
    for (const auto* side : {&move.pair.source, &move.pair.target})
      for (const auto& left : move.left(*side)) FAIL_CHECK(left);
    CHECK(move.sides.as_administrator(move.pair.source, "SELECT count(*) FROM pg_replication_slots;\n").out == "0\n");
    move.say("INSERT INTO note (text) VALUES ('still here');\n");
  }
}

TEST_CASE("a side whose data go next stays closed when all else is removed") {
  Move move("left", "h7");
  move.fill(10);
  move.prepare();
  REQUIRE_OK(fence(move.source, 0, 1s));
  for (int time = 0; time < 2; ++time) {
    REQUIRE_OK(clean(move.pair.source, "h7", migration::Left::closed));
    CHECK(move.sides.as_tenant(move.pair.source, "INSERT INTO note (text) VALUES ('late');\n").err.find("permission denied") != std::string::npos);
  }
  CHECK(move.sides.as_administrator(move.pair.source, "SELECT count(*) FROM pg_replication_slots;\n").out == "0\n");
}

TEST_CASE("the password of replication is in no log") {
  Move move("secret", "h6");
  move.fill(10);
  // The source cannot be reached there, so what makes the subscription fails.
  CHECK_FALSE(begin_copying(move.source, move.target, {move.sides.source_peer().host, 1}));
  for (const auto* side : {&move.pair.source, &move.pair.target}) {
    std::string log;
    (void)move.sides.servers().ground().streams().logs(side->server.name, {}, [&](ports::Output, std::string_view bytes) { log += bytes; }, {});
    CHECK(log.find("password=") == std::string::npos);
    CHECK(log.find("SCRAM-SHA-256$") == std::string::npos);
  }
  const auto begun = begin_copying(move.source, move.target, {move.sides.source_peer().host, 1});
  REQUIRE_FALSE(begun);
  CHECK((begun.error().message + begun.error().hint).find("password=") == std::string::npos);
  CHECK(move.sides.as_tenant(move.pair.target, "SELECT subconninfo FROM pg_subscription;\n").code != 0);
}
