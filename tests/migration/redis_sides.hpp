// Two Redis servers that reach each other by name, and one migration between them, for tests: emptied and cleaned before each.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "migration/redis/moving.hpp"
#include "migration/two_servers.hpp"

namespace divio::test {

// A client of the application's whose session stays open.
class RedisTalk {
 public:
  explicit RedisTalk(std::unique_ptr<ports::Session> session) : session_(std::move(session)) {}
  ~RedisTalk();
  RedisTalk(RedisTalk&&) noexcept = default;
  RedisTalk& operator=(RedisTalk&&) = delete;

  // What the command is answered; "lost" where the session has ended, "late" where nothing comes for that long.
  std::string hear(const std::string& command, std::chrono::milliseconds patience = std::chrono::seconds(20));
  // Without waiting for the answer.
  void begin(const std::string& command);

 private:
  std::unique_ptr<ports::Session> session_;
  int asked_ = 0;
};

class RedisSides : public TwoServers {
 public:
  RedisSides();

  [[nodiscard]] migration::Side source();
  [[nodiscard]] migration::Side target();

  [[nodiscard]] RedisTalk talk(const migration::Side& side);
  // What the administrator's commands are answered, in the side's container.
  std::string ask(const migration::Side& side, const std::string& commands);

 private:
  model::ServiceInstance source_instance_;
  model::ServiceInstance target_instance_;
};

// One for all tests of a program.
RedisSides& redis_sides();

struct RedisMove {
  explicit RedisMove(const char* id);
  ~RedisMove();
  RedisMove(const RedisMove&) = delete;
  RedisMove& operator=(const RedisMove&) = delete;

  [[nodiscard]] migration::Peer source_peer() const { return {"source", 6379}; }
  [[nodiscard]] migration::Peer target_peer() const { return {"target", 6379}; }
  // The target is closed and follows.
  void prepare();
  void shut_out(migration::redis::Conversation& side, int attempt);
  void write(const migration::redis::Conversation& side);
  // Until `to` has all of `from`, which is closed.
  [[nodiscard]] bool proven(migration::redis::Conversation& from, migration::redis::Conversation& to);
  // Until it follows.
  void await_following(migration::redis::Conversation& to);
  [[nodiscard]] migration::redis::Standing look(migration::redis::Conversation& side);
  [[nodiscard]] std::vector<std::string> left(const migration::redis::Conversation& side) const;

  RedisSides& sides;
  std::string id;
  migration::redis::Conversation source;
  migration::redis::Conversation target;
  Secret there{"passwordthere"};  // by which the target follows the source
  Secret back{"passwordback"};
};

}  // namespace divio::test
