#include "migration/redis_sides.hpp"

#include <fmt/format.h>

#include <thread>

#include "migration/conversing.hpp"
#include "migration/redis/cleaning.hpp"
#include "migration/replica_contract.hpp"
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

RedisSides::RedisSides()
    : TwoServers(ServiceType::redis), source_instance_(servers_.tenant(source_, "cache")), target_instance_(servers_.tenant(target_, "cache")) {}

Side RedisSides::source() { return {servers_.place(), source_, source_instance_}; }
Side RedisSides::target() { return {servers_.place(), target_, target_instance_}; }

RedisTalk RedisSides::talk(const Side& side) {
  ports::ExecSpec spec;
  spec.command = {"redis-cli", "-h", name_of(side)};
  spec.environment["REDISCLI_AUTH"] = {side.instance.password, true};
  auto session = servers_.ground().streams().exec(client(), spec);
  REQUIRE_OK(session);
  return RedisTalk(std::move(*session));
}

std::string RedisSides::ask(const Side& side, const std::string& commands) {
  const auto spec = services::administration(side.server, {"redis-cli", "--user", "divio"});
  return std::string(trim(servers_.run(side.server.name, spec.command, commands + "\n", spec.environment).out));
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

bool RedisMove::proven(Conversation& from, Conversation& to) { return comes_to_have_all(*this, from, to, 1000); }

void RedisMove::shut_out(Conversation& side, int attempt) { REQUIRE_OK(fence(side, attempt)); }

void RedisMove::write(const Conversation& side) { CHECK(sides.talk(side.side()).hear("SET own kept") == "OK"); }

std::vector<std::string> RedisMove::left(const Conversation& side) const {
  auto found = leftovers(side.side(), id);
  REQUIRE_OK(found);
  return std::move(*found);
}

}  // namespace divio::test
