#include "migration/evidence_difference.hpp"

#include <fmt/format.h>

#include <map>

namespace divio::migration {
namespace {

using Tables = std::map<std::string, model::TableEvidence>;

Tables by_name(const model::Evidence& evidence) {
  Tables named;
  for (const auto& table : evidence.tables) named.emplace(table.name, table);
  return named;
}

void compare_tables(const Tables& source, const Tables& target, std::string_view there, std::vector<std::string>& sentences) {
  for (const auto& [name, table] : source) {
    const auto found = target.find(name);
    if (found == target.end())
      sentences.push_back(fmt::format("table {} is not {}", name, there));
    else if (found->second.rows != table.rows)
      sentences.push_back(fmt::format("table {} has {} rows {} instead of {}", name, found->second.rows, there, table.rows));
    else if (found->second.checksum != table.checksum)
      sentences.push_back(fmt::format("table {} has other content {}", name, there));
  }
  for (const auto& [name, table] : target)
    if (!source.contains(name)) sentences.push_back(fmt::format("table {} is {} only", name, there));
}

}  // namespace

std::vector<std::string> differences(const model::Evidence& from, const model::Evidence& to, std::string_view kind, std::string_view there) {
  std::vector<std::string> sentences;
  if (from.schema != to.schema) sentences.push_back(fmt::format("the schema is another one {} ({} {} and {})", there, kind, from.engine, to.engine));
  compare_tables(by_name(from), by_name(to), there, sentences);
  return sentences;
}

}  // namespace divio::migration
