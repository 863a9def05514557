#include "migration/environment/files.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "media/manifest.hpp"
#include "support/try.hpp"

namespace divio::migration::environment {
namespace {

constexpr std::size_t most_told = 20;

std::uint64_t& seen_at(model::MovingService& service, Side side) { return side == Side::source ? service.seen_source_ns : service.seen_target_ns; }

void add(std::vector<std::string>& sentences, const std::vector<std::string>& paths, std::string_view what) {
  for (std::size_t i = 0; i < std::min(paths.size(), most_told); ++i) sentences.push_back(fmt::format("file {} {}", media::printable(paths[i]), what));
  if (paths.size() > most_told) sentences.push_back(fmt::format("and {} more files {}", paths.size() - most_told, what));
}

}  // namespace

MovingFiles remembered_files(const model::Migration& migration, const std::string& prefix, Side from) {
  const auto service = std::ranges::find(migration.services, prefix, &model::MovingService::prefix);
  MovingFiles files;
  if (service == migration.services.end()) return files;
  const auto seen = from == Side::source ? service->seen_source_ns : service->seen_target_ns;
  if (seen != 0) files.since = static_cast<std::int64_t>(seen);
  return files;
}

void remember_files(model::Migration& migration, const std::string& prefix, Side from, const MovingFiles& files) {
  const auto service = std::ranges::find(migration.services, prefix, &model::MovingService::prefix);
  if (service == migration.services.end()) return;
  if (files.since) seen_at(*service, from) = static_cast<std::uint64_t>(*files.since);
  if (files.since_there) seen_at(*service, relay::other(from)) = static_cast<std::uint64_t>(*files.since_there);
}

Result<void> open_mirror(TwoRegions& regions, const model::ServiceInstance& from, const model::ServiceInstance& to, Side side, MovingFiles& files) {
  if (files.mirror) return {};
  files.stop = std::stop_source();
  DIVIO_ASSIGN(files.mirror, regions.mirror(from, to, side, files.stop.get_token()));
  return {};
}

Result<media::Passed> pass(MovingFiles& files, const std::stop_token& stop, const media::Mirror::Moved& moved) {
  const std::stop_callback end(stop, [&files] { files.stop.request_stop(); });
  auto passed = files.mirror->pass(files.since, moved);
  if (!passed) {
    files.mirror.reset();
    return passed;
  }
  files.since = passed->from_ns;
  files.since_there = passed->to_ns;
  return passed;
}

model::Evidence evidence_of(const HeldFiles& files) { return {.engine = {}, .schema = {}, .tables = {{"bytes", files.bytes, {}}, {"files", files.count, files.sums}}}; }

std::optional<HeldFiles> held_files(const model::Evidence& evidence) {
  const auto& tables = evidence.tables;
  if (!evidence.engine.empty() || tables.size() != 2 || tables[0].name != "bytes" || tables[1].name != "files") return std::nullopt;
  return HeldFiles{tables[1].rows, tables[0].rows, tables[1].checksum};
}

Result<model::ComparedService> compare_files(const std::string& prefix, MovingFiles& files, const std::string& there, bool brought, const std::stop_token& stop) {
  const std::stop_callback end(stop, [&files] { files.stop.request_stop(); });
  DIVIO_TRY(checked, files.mirror->check(brought ? files.since : std::nullopt));
  model::ComparedService compared{.prefix = prefix, .serving = evidence_of({checked.files, checked.bytes, checked.sums_from}),
                                  .following = evidence_of({checked.files, checked.bytes, checked.sums_to})};
  add(compared.differences, checked.different, "has another content " + there);
  add(compared.differences, checked.missing, "is not " + there + ", or is another one");
  return compared;
}

}  // namespace divio::migration::environment
