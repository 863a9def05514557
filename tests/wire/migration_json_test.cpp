// What the catalogue keeps of a migration, written and read.
#include "wire/migration_json.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "fakes/outcome.hpp"

using namespace divio;
using tests::contains;
using tests::must;
using tests::must_fail;
using namespace std::chrono_literals;

namespace {

constexpr const char* secret = "5ec2e7c0ffee";

model::TimePoint at(int second) { return model::TimePoint(1'790'000'000'123ms) + std::chrono::seconds(second); }

model::Migration plain() {
  return {.id = {},
          .key = {must(model::ProjectName::parse("shop")), must(model::EnvironmentName::parse("live"))},
          .source = must(model::RegionName::parse("eu")),
          .target = must(model::RegionName::parse("ch"))};
}

model::Migration full_migration() {
  auto migration = plain();
  migration.id = "01m82myx7s743747";
  migration.phase = model::MigrationPhase::soaking;
  migration.there = true;
  migration.release = 7;
  migration.max_pause = 1500ms;
  migration.hold_cutover = true;
  migration.window = must(model::parse_window("Mon,Fri 23:00-02:00 +02:00"));
  migration.bytes_per_second = std::numeric_limits<std::uint32_t>::max() * std::uint64_t{4};
  migration.services = {{"default", "divio-postgres-15", "ch-postgres-15", "postgres", true}, {"media", "", "", "media", false}};
  migration.attempts = {{.number = 1, .decision = "aborted", .began_at = at(10), .pause = 2001ms, .cause = "\"late\" \u00e9\n"},
                        {.number = 2, .decision = "committed", .began_at = at(20), .pause = 37ms},
                        {.number = 3, .back = true, .began_at = at(30), .alone = true}};
  migration.reports = {{R"({"version":1})", "5a5a"}, {"{}", "6b6b"}};
  migration.services.back().seen_source_ns = 1'790'000'000'123'456'789;
  migration.services.back().seen_target_ns = 1'790'000'001'000'000'000;
  migration.last_backup = {"20261128-093100-4f2a", at(40)};
  migration.alone = true;
  migration.forward_until = at(50);
  migration.began_at = at(0);
  migration.changed_at = at(31);
  migration.secret = Secret(secret);
  return migration;
}

// Of a service from its shared server to one of its own of the next version.
model::Migration within_a_region() {
  auto migration = full_migration();
  migration.target = migration.source;
  migration.generation = 5;
  migration.services = {{"default", "divio-postgres-15", "divio-shop-live-default", "postgres", true}};
  migration.services.front().source_place = model::ServicePlace{"divio-postgres-15", "15", model::Scope::shared, ""};
  migration.services.front().target_place = model::ServicePlace{"divio-shop-live-default", "16", model::Scope::dedicated, "default-service-2"};
  return migration;
}

// Of media from one bucket to another.
model::Migration between_buckets() {
  auto migration = within_a_region();
  migration.services = {{"media", "uploads at https://s3.eu.example.com", "shop at https://s3.ch.example.com", "media", false}};
  auto& media = migration.services.front();
  media.source_place = model::ServicePlace{.login = model::BucketLogin{{.endpoint = "https://s3.eu.example.com", .name = "uploads"}, "KEY1", Secret("first-secret")}};
  media.target_place = model::ServicePlace{
      .login = model::BucketLogin{{"https://s3.ch.example.com", "shop", "ch", true, "media.example.ch", "-----BEGIN CERTIFICATE-----\n"}, "KEY2", Secret("second-secret")}};
  return migration;
}

model::Migration from_a_volume() {
  auto migration = between_buckets();
  migration.services.front().source = "divio-shop-live-media";
  migration.services.front().source_place.emplace();
  return migration;
}

void check_same(const model::Migration& read, const model::Migration& written) {
  CHECK(read.id == written.id);
  CHECK(read.key == written.key);
  CHECK(read.source == written.source);
  CHECK(read.target == written.target);
  CHECK(read.phase == written.phase);
  CHECK(read.there == written.there);
  CHECK(read.release == written.release);
  CHECK(read.generation == written.generation);
  CHECK(read.max_pause == written.max_pause);
  CHECK(read.hold_cutover == written.hold_cutover);
  CHECK(read.window == written.window);
  CHECK(read.bytes_per_second == written.bytes_per_second);
  CHECK(read.services == written.services);
  CHECK(read.attempts == written.attempts);
  CHECK(read.reports == written.reports);
  CHECK(read.last_backup == written.last_backup);
  CHECK(read.alone == written.alone);
  CHECK(read.forward_until == written.forward_until);
  CHECK(read.began_at == written.began_at);
  CHECK(read.changed_at == written.changed_at);
  CHECK(read.secret == written.secret);
}

std::string text_of(const model::Migration& migration) { return wire::to_json(migration).reveal(); }

// The text with one part of it put in another's place.
std::string changed(const std::string& part, const std::string& other) {
  auto text = text_of(full_migration());
  const auto place = text.find(part);
  REQUIRE_MESSAGE(place != std::string::npos, part);
  return text.replace(place, part.size(), other);
}

Error error_of(const std::string& text) {
  auto error = must_fail(wire::migration_from_json(Secret(text)));
  CHECK(error.code == ErrorCode::invalid);
  CHECK_FALSE(error.message.empty());
  for (const auto& words : {error.message, error.hint, error.where}) CHECK_FALSE(contains(words, secret));
  return error;
}

}  // namespace

TEST_CASE("a migration is read as it was written") {
  check_same(must(wire::migration_from_json(wire::to_json(full_migration()))), full_migration());
  check_same(must(wire::migration_from_json(wire::to_json(plain()))), plain());
}

TEST_CASE("a move within a region is read as it was written, with both places of its service") {
  check_same(must(wire::migration_from_json(wire::to_json(within_a_region()))), within_a_region());
}

TEST_CASE("a move into a bucket is read as it was written, with both key pairs, or the volume that it is from") {
  for (const auto& written : {between_buckets(), from_a_volume()}) check_same(must(wire::migration_from_json(wire::to_json(written))), written);
}

TEST_CASE("a migration of before there were moves within a region has no places of its services and no generation") {
  const auto text = text_of(full_migration());
  for (const auto* name : {"source_place", "target_place"}) CHECK_FALSE(contains(text, name));
  check_same(must(wire::migration_from_json(Secret(changed("\"generation\":0,", "")))), full_migration());
}

TEST_CASE("a place of a service with a scope that is not known is an error") {
  auto text = text_of(within_a_region());
  const std::string scope = "\"scope\":\"shared\"";
  REQUIRE(contains(text, scope));
  error_of(text.replace(text.find(scope), scope.size(), "\"scope\":\"common\""));
}

TEST_CASE("a migration is read in every phase") {
  for (int phase = 0; phase <= static_cast<int>(model::MigrationPhase::finalised); ++phase) {
    auto migration = full_migration();
    migration.phase = static_cast<model::MigrationPhase>(phase);
    CAPTURE(to_string(migration.phase));
    CHECK(must(wire::migration_from_json(wire::to_json(migration))).phase == migration.phase);
  }
}

TEST_CASE("what a later divioctl adds to a migration is left alone") {
  check_same(must(wire::migration_from_json(Secret(changed("\"version\":1", "\"version\":1,\"mood\":[1]")))), full_migration());
}

TEST_CASE("a migration in a phase that is not known is an error that says what to do") {
  const auto error = error_of(changed("\"soaking\"", "\"dancing\""));
  CHECK(error.message == "the catalogue has a migration in a phase that this divioctl does not know");
  CHECK(error.hint == "update divioctl");
  CHECK(error_of(changed("\"phase\":\"soaking\"", "\"phase\":\"\"")).hint == "update divioctl");
  error_of(changed("\"phase\":\"soaking\"", "\"phase\":7"));
}

TEST_CASE("a migration that a newer divioctl wrote is refused") {
  const auto error = error_of(changed("\"version\":1", "\"version\":2"));
  CHECK(contains(error.message, "newer divioctl"));
  CHECK(error.hint == "update divioctl");
}

TEST_CASE("text that is no migration is an error that shows nothing of it") {
  const auto whole = text_of(full_migration());
  for (const auto& text : {std::string(), std::string(secret), std::string("[]"), std::string("null"), whole + whole, "{\"secret\":\"" + std::string(secret)})
    CHECK(contains(error_of(text).message, "migration in the catalogue is not a JSON object"));
  for (std::size_t length = 0; length < whole.size(); length += 7) error_of(whole.substr(0, length));
}

TEST_CASE("a migration without one of its names, or with one that is none, is an error") {
  for (const auto* name : {"\"project\":\"shop\"", "\"environment\":\"live\"", "\"source\":\"eu\"", "\"target\":\"ch\""}) {
    CAPTURE(name);
    const std::string text(name);
    const auto key = text.substr(0, text.find(':') + 1);
    error_of(changed(text, "\"other\":1"));
    error_of(changed(text, key + "\"\""));
    error_of(changed(text, key + "\"Not A Name\""));
    error_of(changed(text, key + "[7]"));
  }
}

TEST_CASE("a value of a migration that does not fit is named by its key and never shown") {
  struct Example {
    std::string part, other, said;
  };
  const std::string hidden(secret);
  for (const auto& [part, other, said] : {
           Example{"\"release\":7", "\"release\":\"7\"", "release"},
           Example{"\"window\":\"Mon", "\"window\":7,\"x\":\"Mon", "window"},
           Example{"\"there\":true", "\"there\":1", "there"},
           Example{"\"pause_ms\":37", "\"pause_ms\":-1", "attempts[1].pause_ms"},
           Example{"\"source\":\"divio-postgres-15\"", "\"source\":[]", "services[0].source"},
           Example{"\"id\":\"20261128-093100-4f2a\"", "\"id\":7", "last_backup.id"},
           Example{"\"" + hidden + "\"", "[\"" + hidden + "\"]", "secret"},
       }) {
    CAPTURE(other);
    CHECK(contains(error_of(changed(part, other)).message, said + " is not"));
  }
  error_of(changed(model::to_rfc3339(at(0)), "yesterday"));
}
