#include "media/pairs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "media/objects.hpp"
#include "media/records.hpp"
#include "support/ids.hpp"
#include "support/try.hpp"

namespace divio::media {
namespace {

constexpr std::string_view no_tag = "-";

std::string prefix_of(const std::string& move) { return fmt::format("{}move-{}/", draft_prefix, move); }

// Those of a move, in the order in which they were written.
Result<std::vector<std::string>> keys_below(const Bucket& bucket, const std::string& prefix) {
  std::vector<std::string> keys;
  std::string from;
  do {
    DIVIO_TRY(page, bucket.storage->list(prefix, from, most_in_a_page));
    for (auto& object : page.objects) keys.push_back(std::move(object.key));
    from = std::move(page.next);
  } while (!from.empty());
  std::ranges::sort(keys);
  return keys;
}

std::string written(const std::string& tag) { return tag.empty() ? std::string(no_tag) : tag; }
std::string read_tag(std::string_view& line) {
  const auto word = take_word(line);
  return word == no_tag ? std::string() : std::string(word);
}

}  // namespace

std::string write_pairs(const Pairs& pairs) {
  std::string text;
  for (const auto& [key, pair] : pairs) text += fmt::format("{} {} {}\n", written(pair.source), written(pair.target), key);
  return text;
}

void read_pairs(std::string_view text, Pairs& pairs) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    auto source = read_tag(line);
    auto target = read_tag(line);
    if (!line.empty()) pairs.insert_or_assign(std::string(line), Pair{std::move(source), std::move(target)});
  }
}

Result<PairMemory> PairMemory::open(Bucket bucket, const std::string& move) {
  PairMemory memory(std::move(bucket), prefix_of(move));
  DIVIO_TRY(keys, keys_below(memory.bucket_, memory.prefix_));
  for (const auto& key : keys) {
    std::string text;
    DIVIO_CHECK(memory.bucket_.storage->get(key, {}, [&](std::string_view bytes) -> Result<void> {
      text += bytes;
      return {};
    }, memory.bucket_.stop));
    read_pairs(text, memory.pairs_);
  }
  if (!keys.empty()) {
    const auto number = std::string_view(keys.back()).substr(memory.prefix_.size());
    std::from_chars(number.data(), number.data() + number.size(), memory.noted_);
  }
  return memory;
}

// Somebody who was taken for dead, and is not, writes into objects of other names.
Result<void> PairMemory::note(const Pairs& more) {
  if (more.empty()) return {};
  const auto key = fmt::format("{}{:06}-{}", prefix_, ++noted_, random_hex(4));
  const auto text = write_pairs(more);
  DIVIO_CHECK(bucket_.storage->put(key, [&](const ports::ByteSink& sink) { return sink(text); }, {}));
  for (const auto& [path, pair] : more) pairs_.insert_or_assign(path, pair);
  return {};
}

Result<void> forget_pairs(const Bucket& bucket, const std::string& move) {
  DIVIO_TRY(keys, keys_below(bucket, prefix_of(move)));
  for (const auto& key : keys) DIVIO_CHECK(bucket.storage->remove(key));
  return {};
}

}  // namespace divio::media
