// Two Redis servers that reach each other by name, and one migration between them, for tests: emptied and cleaned before each.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "migration/redis/moving.hpp"
#include "services/real_servers.hpp"

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

class RedisSides {
 public:
  RedisSides();
  ~RedisSides();
  RedisSides(const RedisSides&) = delete;
  RedisSides& operator=(const RedisSides&) = delete;

  [[nodiscard]] migration::Side source();
  [[nodiscard]] migration::Side target();
  [[nodiscard]] RealServers& servers() { return servers_; }
  // The container that clients run in, and where the servers reach it.
  [[nodiscard]] const std::string& client() const { return client_; }
  [[nodiscard]] const std::string& client_address() const { return client_address_; }

  [[nodiscard]] RedisTalk talk(const migration::Side& side);
  // What the administrator's commands are answered, in the side's container.
  std::string ask(const migration::Side& side, const std::string& commands);
  // What a command in the side's container writes.
  std::string run(const migration::Side& side, const std::string& command);
  // Ends the server as a power cut does, and starts it again.
  void kill(const migration::Side& side);

 private:
  RealServers servers_;
  services::Server source_;
  services::Server target_;
  model::ServiceInstance source_instance_;
  model::ServiceInstance target_instance_;
  std::string client_;
  std::string client_address_;
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
