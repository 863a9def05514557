// Two MariaDB servers that reach each other by name, and migrations of one database of theirs, for tests: cleaned and removed at the end.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "migration/mariadb/moving.hpp"
#include "migration/two_servers.hpp"

namespace divio::test {

// A client of the application's whose session stays open, until something is refused or the session is ended; the next question opens
// another one.
class MariadbTalk {
 public:
  MariadbTalk(ports::Streams& streams, std::string container, ports::ExecSpec client)
      : streams_(&streams), container_(std::move(container)), client_(std::move(client)) {}
  ~MariadbTalk();
  MariadbTalk(MariadbTalk&&) noexcept = default;
  MariadbTalk& operator=(MariadbTalk&&) = delete;

  // What statements are answered, in lines; with "ERROR" in it where one was refused or the session has ended, "late" where nothing
  // comes for that long.
  std::string hear(const std::string& statements, std::chrono::milliseconds patience = std::chrono::seconds(60));
  // Whether they were done.
  bool say(const std::string& statements) { return hear(statements).empty(); }

 private:
  ports::Streams* streams_;
  std::string container_;
  ports::ExecSpec client_;
  std::unique_ptr<ports::Session> session_;
  int asked_ = 0;
};

class MariadbSides : public TwoServers {
 public:
  MariadbSides() : TwoServers(model::ServiceType::mariadb) {}

  // A database for a test's own project on both servers.
  struct Pair {
    migration::Side source;
    migration::Side target;
  };
  [[nodiscard]] Pair pair(const char* project);
  void remove(const Pair& pair);

  // `in_database`: as most applications do, the session begins in it.
  [[nodiscard]] MariadbTalk talk(const migration::Side& side, bool in_database = true);
  // What root's statements are answered in the side's container.
  std::string ask(const migration::Side& side, const std::string& statements);
  // The same, and nothing of it goes into the binary log.
  std::string ask_silently(const migration::Side& side, const std::string& statements) { return ask(side, "SET sql_log_bin = 0;" + statements); }
};

// One for all tests of a program.
MariadbSides& mariadb_sides();

struct MariadbMove {
  // Of the database of a project that is called so too.
  explicit MariadbMove(const char* id);
  ~MariadbMove();
  MariadbMove(const MariadbMove&) = delete;
  MariadbMove& operator=(const MariadbMove&) = delete;

  [[nodiscard]] migration::Peer source_peer() const { return {"source", 3306}; }
  [[nodiscard]] migration::Peer target_peer() const { return {"target", 3306}; }
  // A table `note`, and `rows` in it that no writer writes.
  void fill(int rows);
  // Statements of the source's application that have to succeed.
  void say(const std::string& statements);
  // What a side's application is answered.
  std::string hear(const migration::mariadb::Conversation& side, const std::string& question);
  void begin_copying();
  // The target is closed, copied and follows.
  void prepare();
  void shut_out(migration::mariadb::Conversation& side, int attempt);
  void write(const migration::mariadb::Conversation& side);
  // Until it follows.
  void await_following(migration::mariadb::Conversation& to);
  // Until `to` has all of `from`, which is closed.
  [[nodiscard]] bool proven(migration::mariadb::Conversation& from, migration::mariadb::Conversation& to);
  // Until `to`, which follows, has what `from` has now.
  void catch_up();
  [[nodiscard]] migration::mariadb::Standing look(migration::mariadb::Conversation& side);
  [[nodiscard]] std::vector<std::string> left(const migration::mariadb::Conversation& side) const;
  void kill(migration::mariadb::Conversation& side);

  MariadbSides& sides;
  std::string id;
  MariadbSides::Pair pair;
  migration::mariadb::Conversation source;
  migration::mariadb::Conversation target;
  Secret there{"passwordthere"};  // by which the target follows the source
  Secret back{"passwordback"};
};

inline constexpr std::chrono::seconds fence_patience{2};

}  // namespace divio::test
