// A move of an environment from one region to another, as it is remembered from its beginning to its end.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "divio/secret.hpp"
#include "model/backup.hpp"
#include "model/environment.hpp"
#include "model/names.hpp"
#include "model/region.hpp"
#include "model/service.hpp"
#include "model/time.hpp"
#include "model/window.hpp"

namespace divio::model {

// What it has reached. Each is written down before what comes after it is begun (planning/migration_phases.hpp).
enum class MigrationPhase {
  planned,       // nothing is done yet
  checked,       // nothing stops it
  reserved,      // image, servers and the way between the regions are there
  copying,       // rows are copied, with what is written meanwhile
  following,     // all rows are there, and every change arrives
  verified,      // the application is well in the target region, on data that only arrives
  cutting_over,  // an attempt to hand over has begun, and is not known to have ended
  soaking,       // the other region serves, and everything goes back to where it came from
  aborting,      // it is being undone
  aborted,       // what it had made is gone
  finalising,    // what the region that does not serve has is being removed
  finalised,     // it is gone
};

[[nodiscard]] std::string_view to_string(MigrationPhase phase) noexcept;
[[nodiscard]] std::optional<MigrationPhase> parse_migration_phase(std::string_view text) noexcept;

// A service that moves, or a volume of the project. Its servers in both regions are empty for files, but for media that move within a
// region: model::name_of() of a bucket, and the volume's name.
struct MovingService {
  std::string prefix;  // volume_entry() for a volume
  std::string source;
  std::string target;
  std::string type = {};
  bool follows = true;  // else it is copied while requests wait; of files, what has changed
  // Of a service that moves within its region: where it is on either side. Else it is alike in both but for its server.
  std::optional<ServicePlace> source_place = {};
  std::optional<ServicePlace> target_place = {};
  // When files were looked at for the newest pass (media/mirror.hpp), by the clocks of the regions' hosts, since 1970; 0: never.
  std::uint64_t seen_source_ns = 0;
  std::uint64_t seen_target_ns = 0;

  [[nodiscard]] bool is_files() const noexcept { return type == "media" || is_volume(); }
  [[nodiscard]] bool is_volume() const noexcept { return type == "volume"; }
  friend bool operator==(const MovingService&, const MovingService&) = default;
};

// A hand-over that was tried: from the source to the target, or back.
struct HandOver {
  int number = 0;            // from 1 on
  bool back = false;
  std::string decision = {};  // committed, aborted; empty: not known
  TimePoint began_at{};
  std::optional<TimePoint> held_at = {};  // when requests began to wait, where that is known
  std::chrono::milliseconds pause{0};  // for which requests waited; 0: not known
  std::string cause = {};     // why it was undone, or why nobody was asked
  bool alone = false;         // the side that served was gone: what had arrived is what there is

  friend bool operator==(const HandOver&, const HandOver&) = default;
};

// Where a sequence stood: what it gave out last, or gives out first. Numbers have up to 64 bits.
struct ComparedSequence {
  std::string name;
  std::string serving;
  std::string following;

  friend bool operator==(const ComparedSequence&, const ComparedSequence&) = default;
};

// What one database held in both regions after the same write.
struct ComparedService {
  std::string prefix;
  Evidence serving = {};
  Evidence following = {};
  std::vector<std::string> differences = {};  // a sentence each
  std::vector<ComparedSequence> sequences = {};

  friend bool operator==(const ComparedService&, const ComparedService&) = default;
};

struct Comparison {
  MigrationPhase before = MigrationPhase::cutting_over;  // or finalising
  TimePoint at{};
  std::string serving;    // Migration::side()
  std::string following;
  std::vector<ComparedService> services = {};

  [[nodiscard]] bool same() const noexcept;
  friend bool operator==(const Comparison&, const Comparison&) = default;
};

// A comparison as it is kept: its text (wire/comparison_json.hpp), and by what it is told that nobody has changed it.
struct SignedReport {
  std::string text;
  std::string signature;

  friend bool operator==(const SignedReport&, const SignedReport&) = default;
};

// The one of what serves that is made before the other region forgets the environment.
struct LastBackup {
  std::string id = {};       // written down before it is made; empty: there is none
  TimePoint keep_until{};

  friend bool operator==(const LastBackup&, const LastBackup&) = default;
};

struct Migration {
  std::string id;  // of the operation that began it
  EnvironmentKey key;
  RegionName source;
  RegionName target;
  MigrationPhase phase = MigrationPhase::planned;
  bool there = false;              // the target serves
  int release = 0;                 // that moves
  int generation = 0;              // within a region: of the source's instances, or less; the target's are of the next one
  std::chrono::milliseconds max_pause{2000};
  bool hold_cutover = false;       // the cut-over waits for a command
  std::optional<Window> window = {};  // outside of which it is not handed to the target
  std::uint64_t bytes_per_second = 0;  // between the regions; 0: as many as there is room for
  std::vector<MovingService> services = {};
  std::vector<HandOver> attempts = {};  // oldest first
  std::vector<SignedReport> reports = {};  // oldest first
  LastBackup last_backup = {};
  bool alone = false;  // it ended without the region that does not serve, of which nothing was removed
  std::optional<TimePoint> forward_until = {};  // of the region that is left, once it is known
  TimePoint began_at{};
  TimePoint changed_at{};
  Secret secret = {};              // what its tokens are made of

  // Whether something of it is there, so that the environment may not be changed by others at will.
  [[nodiscard]] bool goes_on() const noexcept { return phase != MigrationPhase::aborted && phase != MigrationPhase::finalised; }
  // Whether an attempt to hand it over is known to have been committed.
  [[nodiscard]] bool was_handed_over() const noexcept {
    return std::ranges::any_of(attempts, [](const auto& one) { return one.decision == "committed"; });
  }
  // Whether the side that serves is taking over from one that is gone, and has not all of it done.
  [[nodiscard]] bool takes_over() const noexcept { return phase == MigrationPhase::cutting_over && !attempts.empty() && attempts.back().alone; }
  [[nodiscard]] const RegionName& serving() const noexcept { return there ? target : source; }
  [[nodiscard]] const RegionName& other() const noexcept { return there ? source : target; }

  // A service moves from one server to another of its region; the rest of the environment stays.
  [[nodiscard]] bool in_place() const noexcept { return source == target; }
  // Within a region: of the instances of one side.
  [[nodiscard]] Generations generations(bool of_target) const noexcept {
    return of_target ? Generations{.first = generation + 1} : Generations{.last = generation};
  }
  // It is one of media, from bucket to bucket or between a volume and a bucket; and that side is the volume.
  [[nodiscard]] bool of_files() const noexcept;
  [[nodiscard]] bool is_volume(bool of_target) const noexcept;
  // "eu"; the server that the service is on, "divio-postgres-15"; its bucket, "uploads at https://s3.example.com", or its volume,
  // "divio-shop-live-media".
  [[nodiscard]] const std::string& side(bool of_target) const noexcept;
  // "region eu", "server divio-postgres-15", "bucket uploads at https://s3.example.com", "volume divio-shop-live-media".
  [[nodiscard]] std::string side_name(bool of_target) const;
  // "in region eu", "on server divio-postgres-15".
  [[nodiscard]] std::string within(bool of_target) const;
  [[nodiscard]] std::string serving_name() const { return side_name(there); }
  [[nodiscard]] std::string other_name() const { return side_name(!there); }
};

}  // namespace divio::model
