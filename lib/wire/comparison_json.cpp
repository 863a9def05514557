#include "wire/comparison_json.hpp"

#include <utility>

#include "support/try.hpp"
#include "wire/evidence_json.hpp"
#include "wire/json_fields.hpp"

namespace divio::wire {
namespace {

nlohmann::json to_value(const model::ComparedService& service) {
  auto sequences = nlohmann::json::array();
  for (const auto& one : service.sequences) sequences.push_back({{"name", one.name}, {"serving", one.serving}, {"following", one.following}});
  return {{"prefix", service.prefix}, {"serving", evidence_value(service.serving)}, {"following", evidence_value(service.following)},
          {"differences", service.differences}, {"sequences", std::move(sequences)}};
}

Result<model::ComparedSequence> compared_sequence_of(const Fields& fields) {
  model::ComparedSequence sequence;
  DIVIO_CHECK(fields.read("name", sequence.name));
  DIVIO_CHECK(fields.read("serving", sequence.serving));
  DIVIO_CHECK(fields.read("following", sequence.following));
  return sequence;
}

Result<model::ComparedService> compared_service_of(const Fields& fields) {
  model::ComparedService service;
  DIVIO_CHECK(fields.read("prefix", service.prefix));
  DIVIO_TRY(serving, fields.object("serving"));
  DIVIO_ASSIGN(service.serving, evidence_from_fields(serving));
  DIVIO_TRY(following, fields.object("following"));
  DIVIO_ASSIGN(service.following, evidence_from_fields(following));
  DIVIO_CHECK(fields.read("differences", service.differences));
  DIVIO_TRY(sequences, fields.objects("sequences"));  // which reports of an older divioctl do not have
  for (const auto& one : sequences) {
    DIVIO_TRY(sequence, compared_sequence_of(one));
    service.sequences.push_back(std::move(sequence));
  }
  return service;
}

}  // namespace

std::string to_json(const model::Comparison& comparison) {
  nlohmann::json value{{"version", format_version},
                       {"before", to_string(comparison.before)},
                       {"at", model::to_rfc3339(comparison.at)},
                       {"serving", comparison.serving},
                       {"following", comparison.following}};
  value["services"] = nlohmann::json::array();
  for (const auto& service : comparison.services) value["services"].push_back(to_value(service));
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<model::Comparison> comparison_from_json(std::string_view text) {
  DIVIO_TRY(value, read_text(text, "comparison in the catalogue"));
  const Fields fields(value);
  std::string before, serving, following;
  DIVIO_CHECK(fields.read("before", before));
  DIVIO_CHECK(fields.read("serving", serving));
  DIVIO_CHECK(fields.read("following", following));
  const auto phase = model::parse_migration_phase(before);
  if (!phase) return fail(ErrorCode::invalid, "the catalogue has a comparison before a phase that this divioctl does not know", "update divioctl");
  model::Comparison comparison{.before = *phase, .serving = std::move(serving), .following = std::move(following)};
  DIVIO_ASSIGN(comparison.at, fields.time("at"));
  DIVIO_TRY(services, fields.objects("services"));
  for (const auto& one : services) {
    DIVIO_TRY(service, compared_service_of(one));
    comparison.services.push_back(std::move(service));
  }
  return comparison;
}

}  // namespace divio::wire
