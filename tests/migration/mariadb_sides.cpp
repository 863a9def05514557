#include "migration/mariadb_sides.hpp"

#include <fmt/format.h>

#include <thread>

#include "migration/conversing.hpp"
#include "migration/mariadb/cleaning.hpp"
#include "migration/mariadb/copying.hpp"
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

MariadbSides::MariadbSides() : source_(servers_.plan(ServiceType::mariadb, "source")), target_(servers_.plan(ServiceType::mariadb, "target")) {
  for (const auto* server : {&source_, &target_}) REQUIRE_OK(services::ensure_server(servers_.place(), *server));
  const auto client = servers_.client(source_, "sides", 0);
  client_ = client.container;
  auto& networks = servers_.ground().engine().networks();
  REQUIRE_OK(networks.disconnect(client.network, source_.name));
  REQUIRE_OK(networks.connect({client.network, source_.name, {"source"}}));
  REQUIRE_OK(networks.connect({client.network, target_.name, {"target"}}));
  const auto container = servers_.ground().containers().inspect(client_);
  REQUIRE_OK(container);
  client_address_ = container->addresses.at(client.network);
}

MariadbSides::~MariadbSides() {
  for (const auto* server : {&source_, &target_}) (void)servers_.ground().containers().remove(server->name);
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
  spec.command = {"mariadb", "--batch", "--unbuffered", "--skip-column-names", "--default-character-set=utf8mb4", "-h", side.server.name == source_.name ? "source" : "target", "-u", side.instance.role};
  if (in_database) spec.command.push_back(side.instance.database);
  spec.environment["MYSQL_PWD"] = {side.instance.password, true};
  return {servers_.ground().streams(), client_, std::move(spec)};
}

std::string MariadbSides::ask(const Side& side, const std::string& statements) {
  const auto said = servers_.administrate(side.server, "mysql", statements);
  return std::string(trim(said.out + said.err));
}

std::string MariadbSides::run(const Side& side, const std::string& command) {
  const auto spec = services::administration(side.server, {"bash", "-c", command});
  return std::string(trim(servers_.run(side.server.name, spec.command, {}, spec.environment).out));
}

void MariadbSides::kill(const Side& side) {
  auto& containers = servers_.ground().containers();
  REQUIRE_OK(containers.kill(side.server.name, "KILL"));
  for (int tries = 0; tries < 100 && containers.inspect(side.server.name)->state == ports::ContainerState::running; ++tries) std::this_thread::sleep_for(20ms);
  REQUIRE_OK(services::ensure_server(servers_.place(), side.server));
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

bool MariadbMove::proven(Conversation& from, Conversation& to) {
  for (int tries = 0; tries < 5000; ++tries) {
    const auto seen = look(from);
    if (has_all(seen, look(to))) return true;
    std::this_thread::sleep_for(2ms);
  }
  return false;
}

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
