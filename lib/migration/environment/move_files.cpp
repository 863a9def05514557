// What a move does with media files.
#include <fmt/format.h>

#include <algorithm>

#include "media/manifest.hpp"
#include "migration/environment/move.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::migration::environment {
namespace {

constexpr int most_passes = 5;  // after as many, programs write as fast as files come over
constexpr std::size_t few_entries = 200;
constexpr std::uint64_t few_bytes = std::uint64_t{8} << 20;
constexpr std::size_t most_named = 10;

std::string named(std::vector<std::string> paths) {
  const auto more = paths.size() > most_named ? fmt::format(" and {} more", paths.size() - most_named) : std::string();
  paths.resize(std::min(paths.size(), most_named));
  for (auto& path : paths) path = media::printable(path);
  return join(paths, ", ") + more;
}

bool is_little(const media::Passed& passed) { return passed.copied + passed.removed <= few_entries && passed.bytes <= few_bytes; }

// Waits as long as so many bytes should have taken.
class Pace {
 public:
  Pace(ports::Clock& clock, std::uint64_t bytes_per_second, std::stop_token stop)
      : clock_(clock), bytes_per_second_(bytes_per_second), stop_(std::move(stop)), began_(clock.now()) {}

  void keep(std::uint64_t bytes) const {
    if (bytes_per_second_ == 0) return;
    using namespace std::chrono;
    const auto due = began_ + duration_cast<milliseconds>(duration<double>(static_cast<double>(bytes) / static_cast<double>(bytes_per_second_)));
    const auto now = clock_.now();
    if (due > now) (void)clock_.sleep(duration_cast<milliseconds>(due - now), stop_);
  }

 private:
  ports::Clock& clock_;
  std::uint64_t bytes_per_second_;
  std::stop_token stop_;
  model::TimePoint began_;
};

}  // namespace

// Until little is left for the pause.
Result<void> Move::bring_files(CopiedService& service, Side from, const std::string& id) {
  DIVIO_CHECK(open_mirror(regions_, service.from, service.to, from, service.files));
  for (int round = 1;; ++round) {
    const Pace pace(regions_.at(from).clock, migration_.bytes_per_second, run_.stop());
    const auto moved = [&](std::uint64_t bytes, std::uint64_t of) {
      run_.tell(StepMoved{id, bytes, of, "bytes"});
      pace.keep(bytes);
    };
    DIVIO_TRY(passed, pass(service.files, run_.stop(), moved));
    remember_files(migration_, service.from.prefix.str(), from, service.files);
    if (is_little(passed) || round == most_passes) return {};
  }
}

// Of several, each has waited for the others in the end, so all are brought once more, which is little.
Result<void> Move::bring_files(std::vector<CopiedService>& copies, Side from) {
  const auto several = std::ranges::count_if(copies, &CopiedService::is_files) > 1;
  for (const bool again : {false, true}) {
    for (auto& service : copies) {
      if (!service.is_files() || (again && !several)) continue;
      const auto& prefix = service.from.prefix.str();
      const auto id = fmt::format("files {}", prefix);
      DIVIO_CHECK(step(id, fmt::format("bring the files of service '{}' to region {}", prefix, regions_.at(relay::other(from)).region.name.str()),
                       [&] { return bring_files(service, from, id); }));
      if (several && !again) service.files.mirror.reset();
    }
  }
  return {};
}

// What programs wrote after the last pass, without a request or over a WebSocket. Nothing depends on it.
void Move::bring_late_files(std::vector<CopiedService>& copies, Side from) {
  const auto& left = regions_.at(from).region.name.str();
  for (auto& service : copies) {
    if (!service.files.mirror || !service.files.since) continue;
    const auto late = service.files.mirror->bring_late(*service.files.since);
    const auto& prefix = service.from.prefix.str();
    if (!late) run_.tell(Notice{Notice::Level::warning, fmt::format("whether files of service '{}' were written in region {} in the last moment is not known: {}", prefix, left, late.error().message)});
    else if (!late->left.empty())
      run_.tell(Notice{Notice::Level::warning, fmt::format("files of service '{}' were changed in region {} in the last moment, and are older in region {}: {}", prefix, left,
                                                           regions_.at(relay::other(from)).region.name.str(), named(late->left))});
  }
}

}  // namespace divio::migration::environment
