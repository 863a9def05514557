#include "migration/mariadb_writers.hpp"

#include <fmt/format.h>

#include <memory>

namespace divio::test {

// A session may be ended while its write is acknowledged: whoever tries again looks first whether the row is there.
MariadbWriters::MariadbWriters(MariadbMove& move, int count) {
  begin(count, [&move](int writer) -> Write {
    auto source = std::make_shared<MariadbTalk>(move.sides.talk(move.source.side()));
    auto target = std::make_shared<MariadbTalk>(move.sides.talk(move.target.side()));
    return [=, tried = -1](bool at_target, int number) mutable {
      auto statement = fmt::format("INSERT INTO note (writer, number) SELECT {0}, {1} FROM DUAL", writer, number);
      if (tried == number) statement += fmt::format(" WHERE NOT EXISTS (SELECT * FROM note WHERE writer = {} AND number = {})", writer, number);
      tried = number;
      return (at_target ? target : source)->say(statement + ";");
    };
  });
}

std::string MariadbWriters::stop() {
  std::string lines;
  const auto acknowledged = end();
  for (std::size_t writer = 0; writer < acknowledged.size(); ++writer)
    for (const int number : acknowledged[writer]) lines += fmt::format("{}{}\t{}", lines.empty() ? "" : "\n", writer, number);
  return lines;
}

std::string written(MariadbMove& move, const migration::mariadb::Conversation& side) {
  return move.hear(side, "SELECT writer, number FROM note WHERE writer >= 0 ORDER BY writer, number;");
}

}  // namespace divio::test
