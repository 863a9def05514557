#include "migration/environment/comparison.hpp"

#include <fmt/format.h>

#include "migration/environment/service_move.hpp"
#include "model/volume.hpp"
#include "planning/migration_phases.hpp"
#include "support/ids.hpp"
#include "support/text.hpp"
#include "support/try.hpp"
#include "wire/comparison_json.hpp"

namespace divio::migration::environment {
namespace {

constexpr std::size_t named_differences = 5;

// Of the text's hash, whose length is fixed: nothing can be appended to what is signed.
std::string signature_of(const model::Migration& migration, const std::string& text) {
  return std::string(report_token(migration, sha256_hex(text)).reveal());
}

}  // namespace

Result<model::Comparison> compare(TwoRegions& regions, const model::Migration& migration, model::MigrationPhase before,
                                  const std::stop_token& stop) {
  const auto from = migration.there ? Side::target : Side::source;
  const bool arrived = before == model::MigrationPhase::cutting_over;
  DIVIO_TRY(services, service_moves(regions, migration, from, stop));
  model::Comparison comparison{.before = before, .at = regions.at(from).clock.now(), .serving = migration.side(migration.there), .following = migration.side(!migration.there)};
  for (const auto& service : services) {
    DIVIO_TRY(compared, service->compare(arrived, stop));
    if (compared) comparison.services.push_back(std::move(*compared));
  }
  return comparison;
}

model::SignedReport sign(const model::Migration& migration, const model::Comparison& comparison) {
  auto text = wire::to_json(comparison);
  auto signature = signature_of(migration, text);
  return {std::move(text), std::move(signature)};
}

bool is_intact(const model::Migration& migration, const model::SignedReport& report) { return signature_of(migration, report.text) == report.signature; }

Error difference_error(const model::Migration& migration, const model::Comparison& comparison) {
  std::vector<std::string> sentences;
  for (const auto& service : comparison.services)
    for (const auto& difference : service.differences) sentences.push_back(fmt::format("{}: {}", model::called(service.prefix), difference));
  const auto more = sentences.size() > named_differences ? fmt::format(", and {} more", sentences.size() - named_differences) : std::string();
  sentences.resize(std::min(sentences.size(), named_differences));
  const auto finalising = comparison.before == model::MigrationPhase::finalising;
  return {ErrorCode::failed,
          fmt::format("{} and {} do not hold the same: {}{}", migration.serving_name(), migration.other_name(), join(sentences, "; "), more),
          fmt::format("{} serves on, and nothing was removed; all of it: {}\n{}", migration.serving_name(), planning::command_of(migration, "show"),
                      finalising ? "to end the migration all the same: " + planning::command_of(migration, "finalize") + " --unverified"
                                 : "to give it up and begin anew: " + planning::command_of(migration, "abort")),
          {}};
}

}  // namespace divio::migration::environment
