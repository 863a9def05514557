// Media files on their way between the two regions, in passes (media/mirror.hpp).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>

#include "media/mirror.hpp"
#include "migration/environment/two_regions.hpp"

namespace divio::migration::environment {

// What of a service is known about passes, and what it takes to make one. One thread at a time.
struct MovingFiles {
  std::optional<std::int64_t> since;        // media::Passed::from_ns of the newest pass from the same side
  std::optional<std::int64_t> since_there;  // its to_ns: from when on changes count that the other side makes once it serves
  std::stop_source stop{};                  // of the mirror
  std::unique_ptr<media::Mirror> mirror = {};
};

// What the migration remembers of the service's passes, and back again.
[[nodiscard]] MovingFiles remembered_files(const model::Migration& migration, const std::string& prefix, Side from);
void remember_files(model::Migration& migration, const std::string& prefix, Side from, const MovingFiles& files);

// Opens the mirror, if it is not open.
[[nodiscard]] Result<void> open_mirror(TwoRegions& regions, const model::ServiceInstance& from, const model::ServiceInstance& to, Side side, MovingFiles& files);

// One pass, which `stop` ends. After a failure the mirror is closed.
[[nodiscard]] Result<media::Passed> pass(MovingFiles& files, const std::stop_token& stop, const media::Mirror::Moved& moved = {});

// Files as evidence tells of them; nullopt for evidence of something else.
struct HeldFiles {
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
  std::string sums = {};  // SHA-256 over their paths and contents
};
[[nodiscard]] model::Evidence evidence_of(const HeldFiles& files);
[[nodiscard]] std::optional<HeldFiles> held_files(const model::Evidence& evidence);

// Whether both sides hold the same by content. `brought`: the newest pass was made just now, so the other side should lack nothing.
[[nodiscard]] Result<model::ComparedService> compare_files(const std::string& prefix, MovingFiles& files, const std::string& there, bool brought, const std::stop_token& stop);

}  // namespace divio::migration::environment
