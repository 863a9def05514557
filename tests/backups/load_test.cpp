// Backups of a PostgreSQL that is written to all the time: each is restored, and is one moment of what went on.
#include <doctest/doctest.h>

#include <cstdlib>
#include <thread>

#include "backups/comparison.hpp"
#include "backups/shelf.hpp"
#include "fakes/temporary_folder.hpp"
#include "services/evidence.hpp"
#include "services/real_servers.hpp"
#include "storage/storage.hpp"
#include "support/ids.hpp"

using namespace divio;
using namespace divio::test;
using model::ServiceInstance;

namespace {

// Amounts are moved between two tables, so their sum never changes; each move is a row, and is counted.
constexpr const char* schema = R"(
CREATE TABLE left_side (id int PRIMARY KEY, amount bigint NOT NULL);
CREATE TABLE right_side (id int PRIMARY KEY, amount bigint NOT NULL);
CREATE TABLE moves (id bigserial PRIMARY KEY, account int, amount bigint, note text);
CREATE TABLE counter (moves bigint);
CREATE TABLE stop (now bool);
INSERT INTO left_side SELECT n, 1000 FROM generate_series(1, 500) n;
INSERT INTO right_side SELECT n, 1000 FROM generate_series(1, 500) n;
INSERT INTO counter VALUES (0);
)";
// It says something now and then, since whoever hears nothing for long takes the server for dead.
constexpr const char* load = R"(DO $$ DECLARE who int; much bigint; BEGIN
LOOP
  EXIT WHEN EXISTS (SELECT FROM stop);
  who := 1 + floor(random() * 500); much := floor(random() * 100);
  UPDATE counter SET moves = moves + 1;
  UPDATE left_side SET amount = amount - much WHERE id = who;
  INSERT INTO moves (account, amount, note) VALUES (who, much, md5(random()::text));
  UPDATE right_side SET amount = amount + much WHERE id = who;
  COMMIT;
  IF much = 0 THEN RAISE NOTICE 'it goes on'; END IF;
END LOOP;
END $$;)";
constexpr const char* looks_whole =
    "SELECT (SELECT sum(amount) FROM left_side) + (SELECT sum(amount) FROM right_side) || ' ' || "
    "((SELECT count(*) FROM moves) = (SELECT moves FROM counter)) || ' ' || (SELECT moves FROM counter)";

int rounds() { return std::getenv("DIVIO_TEST_LONG") == nullptr ? 5 : 100; }

struct Writers {
  Writers(RealServers& servers, const services::Server& server, std::string database)
      : servers_(servers), server_(server), database_(std::move(database)) {
    for (auto& thread : threads_) thread = std::jthread([this] { (void)servers_.administrate(server_, database_, load); });
  }
  ~Writers() { (void)servers_.administrate(server_, database_, "INSERT INTO stop VALUES (true)"); }

 private:
  RealServers& servers_;
  const services::Server& server_;
  std::string database_;
  std::jthread threads_[2];
};

}  // namespace

TEST_CASE("every backup under write load is one moment of it, and its evidence is that moment's") {
  RealServers servers;
  const auto& server = servers.server(model::ServiceType::postgres);
  const auto source = servers.tenant(server, "busy");
  const auto target = servers.tenant(server, "calm");
  REQUIRE(servers.administrate(server, source.database, schema).code == 0);
  const tests::TemporaryFolder folder;
  const backups::Shelf shelf{storage::open_folder(folder.path()), "", backups::BackupKey::make(), "c"};
  const Writers writers(servers, server, source.database);
  long before = -1;
  for (int round = 0; round < rounds(); ++round) {
    CAPTURE(round);
    const auto now = servers.place().clock.now();
    auto draft = backups::Draft::begin(shelf, {.id = backups::backup_id(now, random_hex(2)), .key = source.environment, .created_at = now}, {});
    REQUIRE_OK(draft);
    model::Evidence evidence;
    auto stored = draft->add({.prefix = source.prefix.str(), .type = source.type, .version = "15"}, [&](const ports::ByteSink& sink) -> Result<void> {
      auto seen = services::dump_with_evidence(servers.place(), server, source, sink);
      if (!seen) return Failure(seen.error());
      evidence = *seen;
      return {};
    });
    REQUIRE_OK(stored);
    stored->evidence = evidence;
    const auto backup = draft->finish({*stored}, servers.place().clock.now());
    REQUIRE_OK(backup);
    REQUIRE_OK(services::restore(servers.place(), server, target, [&](const ports::ByteSink& sink) {
      return backups::read(shelf, *backup, backup->services.front(), sink, {});
    }));
    const auto seen = services::look_at_data(servers.place(), server, target);
    REQUIRE_OK(seen);
    for (const auto& difference : backups::differences(backup->services.front(), *seen)) FAIL_CHECK(difference);
    CHECK(seen->tables.size() == 5);
    const auto said = servers.administrate(server, target.database, looks_whole).out;
    CHECK_MESSAGE(said.starts_with("1000000 true "), said);
    const auto moves = std::strtol(said.c_str() + 13, nullptr, 10);
    CHECK(moves > before);  // there was load, and each backup is of a later moment
    before = moves;
  }
}
