#include "migration/mariadb_sides.hpp"

#include <fmt/format.h>

#include <thread>

#include "migration/conversing.hpp"
#include "migration/mariadb/cleaning.hpp"
#include "migration/mariadb/copying.hpp"
#include "migration/replica_contract.hpp"
#include "services/server_container.hpp"
#include "support/text.hpp"

namespace divio::test {

using namespace std::chrono_literals;
using namespace migration::mariadb;
using model::ServiceType;

MariadbTalk::~MariadbTalk() {
  if (session_) (void)session_->close_input();
}

std::string MariadbTalk::hear(const std::string& statements, std::chrono::milliseconds patience) {
  if (!session_) {
    auto session = streams_->exec(container_, client_);
    REQUIRE_OK(session);
    session_ = std::move(*session);
  }
  const auto end = fmt::format("end-{}\n", ++asked_);
  auto given = session_->write(fmt::format("{}\nSELECT '{}';\n", statements, trim(end)));
  std::string heard;
  const auto give_up = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < give_up) {
    auto chunk = session_->read(50ms);
    if (!chunk && chunk.error().code == ErrorCode::timed_out) continue;
    if (!chunk || !*chunk) {
      session_.reset();
      return heard.find("ERROR") == std::string::npos ? "ERROR: lost " + heard : heard;
    }
    heard += (*chunk)->bytes;
    if (!heard.ends_with(end)) continue;
    heard.resize(heard.size() - end.size());
    return std::string(trim(heard));
  }
  return "late";
}

MariadbSides::Pair MariadbSides::pair(const char* project) {
  const auto place = servers_.place();
  return {{place, source_, servers_.tenant(source_, project)}, {place, target_, servers_.tenant(target_, project)}};
}

void MariadbSides::remove(const Pair& pair) {
  for (const auto& side : {pair.source, pair.target}) (void)services::remove_instance(side.place, side.server, side.instance);
}

MariadbTalk MariadbSides::talk(const Side& side, bool in_database) {
  ports::ExecSpec spec;
  spec.command = {"mariadb", "--batch", "--unbuffered", "--skip-column-names", "--default-character-set=utf8mb4", "-h", name_of(side), "-u", side.instance.role};
  if (in_database) spec.command.push_back(side.instance.database);
  spec.environment["MYSQL_PWD"] = {side.instance.password, true};
  return {servers_.ground().streams(), client(), std::move(spec)};
}

std::string MariadbSides::ask(const Side& side, const std::string& statements) {
  const auto said = servers_.administrate(side.server, "mysql", statements);
  return std::string(trim(said.out + said.err));
}

MariadbSides& mariadb_sides() {
  static MariadbSides sides;
  return sides;
}

MariadbMove::MariadbMove(const char* name)
    : sides(mariadb_sides()), id(name), pair(sides.pair(name)), source(conversing<Conversation>(pair.source, name)), target(conversing<Conversation>(pair.target, name)) {
  for (auto* side : {&source, &target}) REQUIRE_OK(migration::mariadb::prepare(*side));
}

MariadbMove::~MariadbMove() {
  for (auto* side : {&source, &target}) (void)clean(side->side(), id);
  sides.remove(pair);
}

void MariadbMove::fill(int rows) {
  say(fmt::format("CREATE TABLE note (id BIGINT AUTO_INCREMENT PRIMARY KEY, writer INT NOT NULL, number INT NOT NULL, KEY (writer, number));\n"
                  "INSERT INTO note (writer, number) SELECT -1, seq FROM seq_1_to_{};", rows));
}

void MariadbMove::say(const std::string& statements) { CHECK(sides.talk(pair.source).hear(statements) == ""); }

std::string MariadbMove::hear(const Conversation& side, const std::string& question) { return sides.talk(side.side()).hear(question); }

Standing MariadbMove::look(Conversation& side) {
  const auto seen = standing(side);
  REQUIRE_OK(seen);
  return *seen;
}

void MariadbMove::await_following(Conversation& to) {
  Standing seen;
  for (int tries = 0; tries < 1500; ++tries) {
    seen = look(to);
    if (seen.stream == planning::Stream::following || !seen.trouble.empty()) break;
    std::this_thread::sleep_for(20ms);
  }
  CHECK(seen.trouble == "");
  REQUIRE(seen.stream == planning::Stream::following);
}

void MariadbMove::begin_copying() {
  const auto sorted = collation(source);
  REQUIRE_OK(sorted);
  REQUIRE_OK(migration::mariadb::begin_copying(target, look(target).epoch.attempt, source_peer(), there, *sorted, 8s));
}

void MariadbMove::prepare() {
  REQUIRE_OK(fence(target, 0, fence_patience));
  REQUIRE_OK(admit_follower(source, there));
  begin_copying();
  await_following(target);
}

bool MariadbMove::proven(Conversation& from, Conversation& to) { return comes_to_have_all(*this, from, to, 5000); }

void MariadbMove::shut_out(Conversation& side, int attempt) { REQUIRE_OK(fence(side, attempt, fence_patience)); }

void MariadbMove::write(const Conversation& side) { CHECK(hear(side, "INSERT INTO note (writer, number) VALUES (0, 1);") == ""); }

void MariadbMove::catch_up() {
  const auto wanted = look(source);
  Standing seen;
  for (int tries = 0; tries < 3000 && seen.trouble.empty(); ++tries) {
    seen = look(target);
    if (is_as_far(wanted, seen)) return;
    std::this_thread::sleep_for(10ms);
  }
  CHECK(seen.trouble == "");
  FAIL("it does not come as far");
}

std::vector<std::string> MariadbMove::left(const Conversation& side) const {
  auto found = leftovers(side.side(), id);
  REQUIRE_OK(found);
  return std::move(*found);
}

void MariadbMove::kill(Conversation& side) {
  sides.kill(side.side());
  side.close();
}

}  // namespace divio::test
