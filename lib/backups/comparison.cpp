#include "backups/comparison.hpp"

#include <fmt/format.h>

#include <charconv>
#include <map>

#include "model/volume.hpp"
#include "support/text.hpp"

namespace divio::backups {
namespace {

constexpr std::size_t most_sentences = 10;

using Tables = std::map<std::string, model::TableEvidence>;

Tables by_name(const std::vector<model::TableEvidence>& tables) {
  Tables named;
  for (const auto& table : tables) named.emplace(table.name, table);
  return named;
}

void compare(const model::TableEvidence& recorded, const Tables& seen, std::vector<std::string>& sentences) {
  const auto found = seen.find(recorded.name);
  if (found == seen.end())
    sentences.push_back(fmt::format("{} is not there", recorded.name));
  else if (found->second.rows != recorded.rows)
    sentences.push_back(fmt::format("{} has {} rows instead of {}", recorded.name, found->second.rows, recorded.rows));
  else if (found->second.checksum != recorded.checksum)
    sentences.push_back(fmt::format("{} has other content", recorded.name));
}

// What a schema's hash is of; only those of the same are compared.
std::string_view kind_of(std::string_view schema) { return schema.substr(0, schema.find(':') + 1); }

std::vector<int> numbers_of(std::string_view version) {
  std::vector<int> numbers;
  for (const auto& part : split(version, '.')) std::from_chars(part.data(), part.data() + part.size(), numbers.emplace_back());
  return numbers;
}

}  // namespace

std::vector<std::string> differences(const model::StoredService& recorded, const model::Evidence& seen) {
  std::vector<std::string> sentences;
  const auto& evidence = recorded.evidence;
  if (!evidence.schema.empty() && evidence.schema != seen.schema && kind_of(evidence.schema) == kind_of(seen.schema))
    sentences.push_back(fmt::format("the schema is another one (made by {}, restored by {})", evidence.engine, seen.engine));
  const auto there = by_name(seen.tables);
  for (const auto& table : evidence.tables) compare(table, there, sentences);
  const auto expected = by_name(evidence.tables);
  for (const auto& table : seen.tables)
    if (!evidence.tables.empty() && !expected.contains(table.name)) sentences.push_back(fmt::format("{} should not be there", table.name));
  for (auto& sentence : sentences) sentence = fmt::format("{}: {}", model::named(recorded.prefix), sentence);
  if (sentences.size() <= most_sentences) return sentences;
  const auto more = sentences.size() - most_sentences;
  sentences.resize(most_sentences);
  sentences.push_back(fmt::format("and {} more", more));
  return sentences;
}

std::string newer_code(const model::Backup& backup, const Serving& serving) {
  if (serving.release == 0 || serving.created_at <= backup.created_at) return {};
  const bool same = serving.commit.empty() ? serving.release == backup.release : serving.commit == backup.commit;
  if (same) return {};
  return fmt::format("release {} was deployed after backup {} was made, and its code may need a newer schema", serving.release, backup.id);
}

bool is_older(std::string_view version, std::string_view than) { return numbers_of(version) < numbers_of(than); }

}  // namespace divio::backups
