#include "migration/redis_sides.hpp"

#include <fmt/format.h>

#include <thread>

#include "migration/conversing.hpp"
#include "migration/redis/cleaning.hpp"
#include "services/server_container.hpp"
#include "support/text.hpp"

namespace divio::test {

using namespace std::chrono_literals;
using migration::Side;
using model::ServiceType;

RedisTalk::~RedisTalk() {
  if (session_) (void)session_->close_input();
}

void RedisTalk::begin(const std::string& command) { (void)session_->write(command + "\n"); }

std::string RedisTalk::hear(const std::string& command, std::chrono::milliseconds patience) {
  const auto end = fmt::format("end-{}\n", ++asked_);
  if (!session_->write(command + "\nECHO " + end)) return "lost";
  std::string heard;
  const auto give_up = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < give_up) {
    auto chunk = session_->read(50ms);
    if (!chunk && chunk.error().code == ErrorCode::timed_out) continue;
    if (!chunk || !*chunk) return "lost";
    heard += (*chunk)->bytes;
    if (!heard.ends_with(end)) continue;
    heard.resize(heard.size() - end.size());
    return std::string(trim(heard));
  }
  return "late";
}

namespace {

services::Server begun(RealServers& servers, services::Server server) {
  REQUIRE_OK(services::ensure_server(servers.place(), server));
  return server;
}

}  // namespace

RedisSides::RedisSides()
    : source_(servers_.server(ServiceType::redis)),
      target_(begun(servers_, servers_.plan(ServiceType::redis, "target"))),
      source_instance_(servers_.tenant(source_, "cache")),
      target_instance_(servers_.tenant(target_, "cache")) {
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

RedisSides::~RedisSides() { (void)servers_.ground().containers().remove(target_.name); }

Side RedisSides::source() { return {servers_.place(), source_, source_instance_}; }
Side RedisSides::target() { return {servers_.place(), target_, target_instance_}; }

RedisTalk RedisSides::talk(const Side& side) {
  ports::ExecSpec spec;
  spec.command = {"redis-cli", "-h", side.server.name == source_.name ? "source" : "target"};
  spec.environment["REDISCLI_AUTH"] = {side.instance.password, true};
  auto session = servers_.ground().streams().exec(client_, spec);
  REQUIRE_OK(session);
  return RedisTalk(std::move(*session));
}

std::string RedisSides::ask(const Side& side, const std::string& commands) {
  const auto spec = services::administration(side.server, {"redis-cli", "--user", "divio"});
  return std::string(trim(servers_.run(side.server.name, spec.command, commands + "\n", spec.environment).out));
}

std::string RedisSides::run(const Side& side, const std::string& command) {
  const auto spec = services::administration(side.server, {"bash", "-c", command});
  return std::string(trim(servers_.run(side.server.name, spec.command, {}, spec.environment).out));
}

void RedisSides::kill(const Side& side) {
  auto& containers = servers_.ground().containers();
  REQUIRE_OK(containers.kill(side.server.name, "KILL"));
  for (int tries = 0; tries < 100 && containers.inspect(side.server.name)->state == ports::ContainerState::running; ++tries) std::this_thread::sleep_for(20ms);
  REQUIRE_OK(services::ensure_server(servers_.place(), side.server));
}

RedisSides& redis_sides() {
  static RedisSides sides;
  return sides;
}

using namespace migration::redis;

RedisMove::RedisMove(const char* name)
    : sides(redis_sides()), id(name), source(conversing<Conversation>(sides.source(), name)), target(conversing<Conversation>(sides.target(), name)) {
  for (auto* side : {&source, &target}) {
    REQUIRE_OK(clean(side->side(), id));
    (void)sides.ask(side->side(), "FLUSHALL\nFUNCTION FLUSH");
  }
  for (auto* side : {&source, &target}) REQUIRE_OK(migration::redis::prepare(*side));
}

RedisMove::~RedisMove() {
  for (auto* side : {&source, &target}) (void)clean(side->side(), id);
}

Standing RedisMove::look(Conversation& side) {
  const auto seen = standing(side);
  REQUIRE_OK(seen);
  return *seen;
}

void RedisMove::await_following(Conversation& to) {
  for (int tries = 0; tries < 1000; ++tries) {
    if (look(to).stream == planning::Stream::following) return;
    std::this_thread::sleep_for(20ms);
  }
  FAIL("it does not come to follow");
}

void RedisMove::prepare() {
  REQUIRE_OK(fence(target, 0));
  REQUIRE_OK(admit_follower(source, there));
  REQUIRE_OK(follow(target, 0, source_peer(), there));
  await_following(target);
}

bool RedisMove::proven(Conversation& from, Conversation& to) {
  for (int tries = 0; tries < 1000; ++tries) {
    const auto seen = look(from);
    if (has_all(seen, look(to))) return true;
    std::this_thread::sleep_for(2ms);
  }
  return false;
}

std::vector<std::string> RedisMove::left(const Conversation& side) const {
  auto found = leftovers(side.side(), id);
  REQUIRE_OK(found);
  return std::move(*found);
}

}  // namespace divio::test
