#include "migration/postgres/verification.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migration/evidence_difference.hpp"

namespace divio::migration::postgres {
namespace {

std::uint64_t magnitude(std::int64_t number) { return number < 0 ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number); }

// By more steps than `ahead`. Of one that counts down the lower number is the further one.
bool is_further(const Sequence& abandoned, const Sequence& serving, unsigned ahead) {
  if (abandoned.last == serving.last) return ahead == 0 && abandoned.given_out && !serving.given_out;
  const bool down = serving.increment < 0;
  if (down ? abandoned.last > serving.last : abandoned.last < serving.last) return false;
  const auto [low, high] = std::minmax(abandoned.last, serving.last);
  const auto distance = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
  const auto step = magnitude(serving.increment);
  return distance / step > ahead || (distance / step == ahead && distance % step != 0);
}

std::string difference(const std::string& name, const Sequence& from, const Sequence& to, const std::string& there, std::optional<unsigned> ahead) {
  if (from.definition != to.definition) return fmt::format("sequence {} is defined in another way {}", name, there);
  if (!ahead || from.cycles || !is_further(to, from, *ahead)) return {};
  return fmt::format("sequence {} is at {} {}, which is further than {}, so numbers would be given out twice", name, to.last, there, from.last);
}

}  // namespace

std::vector<std::string> differences(const HeldByBoth& both, const std::string& there, std::optional<unsigned> ahead) {
  auto sentences = migration::differences(both.from.evidence, both.to.evidence, "PostgreSQL", there);
  for (const auto& [name, sequence] : both.from.sequences) {
    const auto found = both.to.sequences.find(name);
    if (found == both.to.sequences.end()) sentences.push_back(fmt::format("sequence {} is not {}", name, there));
    else if (auto sentence = difference(name, sequence, found->second, there, ahead); !sentence.empty()) sentences.push_back(std::move(sentence));
  }
  for (const auto& [name, sequence] : both.to.sequences)
    if (!both.from.sequences.contains(name)) sentences.push_back(fmt::format("sequence {} is {} only", name, there));
  return sentences;
}

std::vector<model::ComparedSequence> positions(const HeldByBoth& both) {
  std::vector<model::ComparedSequence> found;
  for (const auto& [name, sequence] : both.from.sequences)
    if (const auto there = both.to.sequences.find(name); there != both.to.sequences.end())
      found.push_back({name, fmt::format("{}", sequence.last), fmt::format("{}", there->second.last)});
  return found;
}

}  // namespace divio::migration::postgres
