// Files of media or of a volume of the project on their way between two regions, or two buckets, in passes (media/mirror.hpp).
#pragma once

#include <cstdint>
#include <functional>

#include "media/mirror.hpp"
#include "migration/environment/paused_move.hpp"

namespace divio::migration::environment {

// Which files: `open` begins to mirror them, until it is told to stop.
struct MovedFiles {
  std::string prefix;  // model::MovingService::prefix
  bool in_bucket = false;
  std::function<Result<std::unique_ptr<media::Mirror>>(std::stop_token)> open;
};
[[nodiscard]] MovedFiles files_of_media(const MovedFrom& moved, const model::ServiceInstance& from, const model::ServiceInstance& to);
[[nodiscard]] MovedFiles files_of_volume(const MovedFrom& moved, const std::string& prefix);

class FilesMove final : public PausedMove {
 public:
  FilesMove(const MovedFrom& moved, MovedFiles files);

  [[nodiscard]] Result<void> copy(Steps& steps) override;
  // Until little is left for the pause.
  [[nodiscard]] Result<bool> catch_up(Steps& steps) override;
  // What programs wrote after the last pass, without a request or over a WebSocket.
  void bring_late(Steps& steps) override;
  void remember(model::Migration& migration) const override;
  // By content. Before both sides have served: of all that stood still since the last pass, which is made first; later of those that
  // are in both, with the same size and time of change.
  [[nodiscard]] Result<std::optional<model::ComparedService>> compare(bool arrived, const std::stop_token& stop) override;
  // A pass as in the pause, but for what is written meanwhile.
  [[nodiscard]] Result<RehearsedService> rehearse(const std::stop_token& stop) override;

 protected:
  [[nodiscard]] Result<void> settle(const std::stop_token& stop) override;

 private:
  [[nodiscard]] Result<void> open();
  // One pass, which `stop` ends. After a failure the mirror is closed.
  [[nodiscard]] Result<media::Passed> pass_once(const std::stop_token& stop, const media::Mirror::Moved& moved);
  // The same; if the mirror has ended since the pass before, with another one.
  [[nodiscard]] Result<media::Passed> pass(const std::stop_token& stop, const media::Mirror::Moved& moved = {});
  [[nodiscard]] Result<void> bring(Steps& steps, const std::string& id);
  [[nodiscard]] std::string other_side() const;

  MovedFiles files_;
  std::optional<std::int64_t> since_;        // media::Passed::from_ns of the newest pass from the same side
  std::optional<std::int64_t> since_there_;  // its to_ns: from when on changes count that the other side makes once it serves
  std::stop_source stop_;                    // of the mirror
  std::unique_ptr<media::Mirror> mirror_;
};

// Files as evidence tells of them; nullopt for evidence of something else.
struct HeldFiles {
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
  std::string sums = {};  // SHA-256 over their paths and contents
};
[[nodiscard]] model::Evidence evidence_of(const HeldFiles& files);
[[nodiscard]] std::optional<HeldFiles> held_files(const model::Evidence& evidence);

}  // namespace divio::migration::environment
