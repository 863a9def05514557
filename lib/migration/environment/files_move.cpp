#include "migration/environment/files_move.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "media/manifest.hpp"
#include "model/volume.hpp"
#include "ports/bandwidth.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::migration::environment {
namespace {

constexpr std::size_t most_told = 20;
constexpr std::size_t most_named = 10;
constexpr int most_passes = 5;  // after as many, programs write as fast as files come over
constexpr std::size_t few_entries = 200;
constexpr std::size_t few_objects = 16;  // each of which takes some requests to two storages
constexpr std::uint64_t few_bytes = std::uint64_t{8} << 20;

bool is_little(const media::Passed& passed, std::size_t few) { return passed.copied + passed.removed <= few && passed.bytes <= few_bytes; }

std::uint64_t& seen_at(model::MovingService& service, Side side) { return side == Side::source ? service.seen_source_ns : service.seen_target_ns; }

std::string named(std::vector<std::string> paths) {
  const auto more = paths.size() > most_named ? fmt::format(" and {} more", paths.size() - most_named) : std::string();
  paths.resize(std::min(paths.size(), most_named));
  for (auto& path : paths) path = media::printable(path);
  return join(paths, ", ") + more;
}

void add(std::vector<std::string>& sentences, const std::vector<std::string>& paths, std::string_view what) {
  for (std::size_t i = 0; i < std::min(paths.size(), most_told); ++i) sentences.push_back(fmt::format("file {} {}", media::printable(paths[i]), what));
  if (paths.size() > most_told) sentences.push_back(fmt::format("and {} more files {}", paths.size() - most_told, what));
}

}  // namespace

MovedFiles files_of_media(const MovedFrom& moved, const model::ServiceInstance& from, const model::ServiceInstance& to) {
  return {from.prefix.str(), from.bucket.has_value() || to.bucket.has_value(), [=](std::stop_token stop) { return moved.regions.mirror(from, to, moved.from, std::move(stop)); }};
}

MovedFiles files_of_volume(const MovedFrom& moved, const std::string& prefix) {
  return {prefix, false, [=](std::stop_token stop) { return moved.regions.mirror_volume(model::volume_of_entry(prefix), moved.from, std::move(stop)); }};
}

FilesMove::FilesMove(const MovedFrom& moved, MovedFiles files) : PausedMove(moved, files.prefix), files_(std::move(files)) {
  const auto& services = moved_.migration.services;
  const auto service = std::ranges::find(services, prefix(), &model::MovingService::prefix);
  if (service == services.end()) return;
  const auto seen = moved_.from == Side::source ? service->seen_source_ns : service->seen_target_ns;
  if (seen != 0) since_ = static_cast<std::int64_t>(seen);
}

void FilesMove::remember(model::Migration& migration) const {
  const auto service = std::ranges::find(migration.services, prefix(), &model::MovingService::prefix);
  if (service == migration.services.end()) return;
  if (since_) seen_at(*service, moved_.from) = static_cast<std::uint64_t>(*since_);
  if (since_there_) seen_at(*service, relay::other(moved_.from)) = static_cast<std::uint64_t>(*since_there_);
}

Result<void> FilesMove::open() {
  if (mirror_) return {};
  stop_ = std::stop_source();
  DIVIO_ASSIGN(mirror_, files_.open(stop_.get_token()));
  return {};
}

Result<media::Passed> FilesMove::pass(const std::stop_token& stop, const media::Mirror::Moved& moved) {
  const bool was_open = mirror_ != nullptr;  // and nobody may have asked it anything for a while
  auto passed = pass_once(stop, moved);
  const bool has_ended = was_open && !passed && passed.error().code == ErrorCode::unreachable && !stop.stop_requested();
  return has_ended ? pass_once(stop, moved) : passed;
}

Result<media::Passed> FilesMove::pass_once(const std::stop_token& stop, const media::Mirror::Moved& moved) {
  DIVIO_CHECK(open());
  const std::stop_callback end(stop, [this] { stop_.request_stop(); });
  auto passed = mirror_->pass(since_, moved);
  if (!passed) {
    mirror_.reset();
    return passed;
  }
  since_ = passed->from_ns;
  since_there_ = passed->to_ns;
  return passed;
}

Result<void> FilesMove::settle(const std::stop_token& stop) {
  return pass(stop).map([](const auto&) {});
}

Result<void> FilesMove::bring(Steps& steps, const std::string& id) {
  for (int round = 1;; ++round) {
    const ports::Bandwidth bandwidth(moved_.here().clock, moved_.migration.bytes_per_second, steps.stop());
    const auto moved = [&](std::uint64_t bytes, std::uint64_t of) {
      steps.tell(StepMoved{id, bytes, of, "bytes"});
      bandwidth.keep(bytes);
    };
    DIVIO_TRY(passed, pass(steps.stop(), moved));
    if (is_little(passed, files_.in_bucket ? few_objects : few_entries) || round == most_passes) return {};
  }
}

Result<void> FilesMove::copy(Steps& steps) {
  const auto id = "files " + prefix();
  return steps.step(id, fmt::format("bring the files of {} to {}", model::called(prefix()), other_side()), [&] { return bring(steps, id); });
}

Result<bool> FilesMove::catch_up(Steps& steps) {
  return copy(steps).map([] { return true; });
}

std::string FilesMove::other_side() const { return moved_.migration.side_name(moved_.from == Side::source); }

// Of volumes nobody knows what the last pass saw, but who made it.
void FilesMove::bring_late(Steps& steps) {
  if (!since_ || (!mirror_ && !files_.in_bucket)) return;
  const auto left = moved_.migration.within(moved_.from == Side::target);
  const auto ask = [&]() -> Result<media::Late> {
    DIVIO_CHECK(open());
    return mirror_->bring_late(*since_);
  };
  const auto late = ask();
  const auto warn = [&](std::string text) { steps.tell(Notice{Notice::Level::warning, std::move(text)}); };
  if (!late) warn(fmt::format("whether files of {} were written {} in the last moment is not known: {}", model::called(prefix()), left, late.error().message));
  else if (!late->left.empty())
    warn(fmt::format("files of {} were changed {} in the last moment, and are older {}: {}", model::called(prefix()), left, moved_.in_there(), named(late->left)));
}

Result<std::optional<model::ComparedService>> FilesMove::compare(bool arrived, const std::stop_token& stop) {
  DIVIO_CHECK(open());
  if (arrived) DIVIO_CHECK(pass(stop));
  const std::stop_callback end(stop, [this] { stop_.request_stop(); });
  DIVIO_TRY(checked, mirror_->check(arrived ? since_ : std::nullopt));
  const auto there = moved_.in_there();
  model::ComparedService compared{.prefix = prefix(), .serving = evidence_of({checked.files, checked.bytes, checked.sums_from}),
                                  .following = evidence_of({checked.files, checked.bytes, checked.sums_to})};
  add(compared.differences, checked.different, "has another content " + there + ", or cannot be read");
  add(compared.differences, checked.missing, "is not " + there + ", or is another one");
  return compared;
}

Result<RehearsedService> FilesMove::rehearse(const std::stop_token& stop) {
  DIVIO_CHECK(open());
  const auto begin = std::chrono::steady_clock::now();
  DIVIO_CHECK(pass(stop));
  return RehearsedService{.pass_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count()};
}

model::Evidence evidence_of(const HeldFiles& files) { return {.engine = {}, .schema = {}, .tables = {{"bytes", files.bytes, {}}, {"files", files.count, files.sums}}}; }

std::optional<HeldFiles> held_files(const model::Evidence& evidence) {
  const auto& tables = evidence.tables;
  if (!evidence.engine.empty() || tables.size() != 2 || tables[0].name != "bytes" || tables[1].name != "files") return std::nullopt;
  return HeldFiles{tables[1].rows, tables[0].rows, tables[1].checksum};
}

}  // namespace divio::migration::environment
