#include "wire/evidence_json.hpp"

#include "support/try.hpp"

namespace divio::wire {

nlohmann::json evidence_value(const model::Evidence& evidence) {
  auto tables = nlohmann::json::array();
  for (const auto& table : evidence.tables) tables.push_back({{"name", table.name}, {"rows", table.rows}, {"checksum", table.checksum}});
  return {{"engine", evidence.engine}, {"schema", evidence.schema}, {"tables", std::move(tables)}};
}

Result<model::Evidence> evidence_from_fields(const Fields& fields) {
  model::Evidence evidence;
  DIVIO_CHECK(fields.read("engine", evidence.engine));
  DIVIO_CHECK(fields.read("schema", evidence.schema));
  DIVIO_TRY(tables, fields.objects("tables"));
  for (const auto& entry : tables) {
    auto& table = evidence.tables.emplace_back();
    DIVIO_CHECK(entry.read("name", table.name));
    DIVIO_CHECK(entry.read("rows", table.rows));
    DIVIO_CHECK(entry.read("checksum", table.checksum));
  }
  return evidence;
}

}  // namespace divio::wire
