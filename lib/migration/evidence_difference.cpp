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

struct Nouns {
  std::string_view table = "table ";
  std::string_view rows = "rows";
};
constexpr Nouns of_redis{"", "keys that do not expire"};

void compare_tables(const Tables& source, const Tables& target, const Nouns& nouns, std::string_view there, std::vector<std::string>& sentences) {
  for (const auto& [name, table] : source) {
    const auto found = target.find(name);
    if (found == target.end())
      sentences.push_back(fmt::format("{}{} is not {}", nouns.table, name, there));
    else if (found->second.rows != table.rows)
      sentences.push_back(fmt::format("{}{} has {} {} {} instead of {}", nouns.table, name, found->second.rows, nouns.rows, there, table.rows));
    else if (found->second.checksum != table.checksum)
      sentences.push_back(fmt::format("{}{} has other content {}", nouns.table, name, there));
  }
  for (const auto& [name, table] : target)
    if (!source.contains(name)) sentences.push_back(fmt::format("{}{} is {} only", nouns.table, name, there));
}

std::vector<std::string> found_between(const model::Evidence& from, const model::Evidence& to, std::string_view kind, const Nouns& nouns, std::string_view there) {
  std::vector<std::string> sentences;
  if (from.schema != to.schema) sentences.push_back(fmt::format("the schema is another one {} ({} {} and {})", there, kind, from.engine, to.engine));
  compare_tables(by_name(from), by_name(to), nouns, there, sentences);
  return sentences;
}

}  // namespace

std::vector<std::string> differences(const model::Evidence& from, const model::Evidence& to, std::string_view kind, std::string_view there) {
  return found_between(from, to, kind, Nouns{}, there);
}

std::vector<std::string> differences_of_copy(const model::Evidence& from, model::Evidence to, model::ServiceType type, std::string_view there) {
  if (from.engine != to.engine) to.schema = from.schema;
  return found_between(from, to, model::product_name(type), type == model::ServiceType::redis ? of_redis : Nouns{}, there);
}

}  // namespace divio::migration
