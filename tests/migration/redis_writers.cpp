#include "migration/redis_writers.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

namespace divio::test {

RedisWriters::RedisWriters(RedisMove& move, int count) {
  begin(count, [&move](int writer) -> Write {
    auto source = std::make_shared<RedisTalk>(move.sides.talk(move.source.side()));
    auto target = std::make_shared<RedisTalk>(move.sides.talk(move.target.side()));
    return [=](bool at_target, int number) {
      // The length of the list is the answer.
      const auto answer = (at_target ? target : source)->hear(fmt::format("RPUSH w{} {}", writer, number));
      return !answer.empty() && answer.find_first_not_of("0123456789") == std::string::npos;
    };
  });
}

std::vector<std::string> RedisWriters::stop() {
  std::vector<std::string> texts;
  for (const auto& numbers : end()) texts.push_back(fmt::format("{}", fmt::join(numbers, "\n")));
  return texts;
}

}  // namespace divio::test
