// One migration between two real servers, for tests: cleaned and removed at the end.
#pragma once

#include <string>
#include <vector>

#include "migration/postgres/moving.hpp"
#include "migration/postgres_sides.hpp"

namespace divio::test {

struct Move {
  Move(const char* project, const char* id);
  ~Move();
  Move(const Move&) = delete;
  Move& operator=(const Move&) = delete;

  // `rows` notes, by the tenant of the source.
  void fill(int rows);
  // Statements of the source's tenant that have to succeed.
  void say(const std::string& statements);
  // What a side's tenant is answered.
  std::string hear(const migration::postgres::Side& side, const std::string& question);
  // Until all is copied and following.
  void follow();
  // What is left over of the migration on a side.
  std::vector<std::string> left(const migration::postgres::Side& side) const;
  // The whole of what comes before the pause.
  void prepare();

  TwoSides& sides;
  TwoSides::Pair pair;
  migration::postgres::Conversation source;
  migration::postgres::Conversation target;

 private:
  std::string id_;
};

}  // namespace divio::test
