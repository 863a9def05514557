#include "migration/postgres_writers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "migration/postgres_talk.hpp"

namespace divio::test {
namespace {

std::string text_of(std::size_t writer, int number) { return fmt::format("w{}-{}", writer, number); }

}  // namespace

Writers::Writers(Move& move, int count) {
  begin(count, [&move](int writer) -> Write {
    auto source = std::make_shared<Talk>(move.sides.tenant_session(move.pair.source));
    auto target = std::make_shared<Talk>(move.sides.tenant_session(move.pair.target));
    return [=](bool at_target, int number) {
      return (at_target ? target : source)->say(fmt::format("INSERT INTO note (text) VALUES ('{}');", text_of(static_cast<std::size_t>(writer), number)));
    };
  });
}

std::vector<std::string> Writers::stop() {
  std::vector<std::string> all;
  const auto acknowledged = end();
  for (std::size_t writer = 0; writer < acknowledged.size(); ++writer)
    for (const int number : acknowledged[writer]) all.push_back(text_of(writer, number));
  std::ranges::sort(all);
  return all;
}

}  // namespace divio::test
