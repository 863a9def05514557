// What can be asked of moving an environment: each takes the environment's lease, in both regions, and journals itself.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "controller/runtime.hpp"
#include "divio/migrations.hpp"
#include "migration/environment/ending.hpp"
#include "model/migration.hpp"
#include "model/names.hpp"
#include "planning/migration_phases.hpp"

namespace divio::migration::environment {

// The two regions' parts; an environment is moved from the first to the second.
struct Regions {
  controller::Runtime& source;
  controller::Runtime& target;
};

// Has a region's engine get the image of a server that is to be made there.
using FetchImage = std::function<Result<void>(controller::Runtime& runtime, const std::string& image)>;

// What it would come to. Changes nothing; a few questions to both regions. Where something stops it, that is in the answer. What only the
// image of a server can tell is known where that is there; with `fetch` it is brought for that, where nothing else stops it.
[[nodiscard]] Result<MigrationPlanView> plan_migration(const Regions& regions, const model::EnvironmentKey& key, const FetchImage& fetch = {});

// A service's move from its server to another one of the same region, which is of another version or scope; or, of media, from its
// bucket to another one.
struct InPlace {
  std::string prefix;
  std::string version = {};                // empty: the same
  std::optional<model::Scope> scope = {};  // absent: the same
  std::optional<model::BucketLogin> login = {};
};

// The same for one. Where its server is the wished one already that is a conflict, and what cannot be is refused or invalid.
[[nodiscard]] Result<MigrationPlanView> plan_in_place(controller::Runtime& runtime, const model::EnvironmentKey& key, const InPlace& change, const FetchImage& fetch = {});

// Where the service would be then.
[[nodiscard]] model::ServicePlace place_after(const controller::Runtime& runtime, const model::ServiceInstance& instance, const InPlace& change);

struct Beginning {
  model::EnvironmentKey key;
  std::chrono::milliseconds max_pause{2000};
  bool allow_pause = false;  // to copy what does not follow, or to try one for longer than max_pause
  bool hold_cutover = false;
  std::uint64_t bytes_per_second = 0;
  std::string plan_hash = {};  // empty: whatever it is
  std::optional<model::Window> window = {};
  std::optional<InPlace> in_place = {};  // else the environment moves, to the target
  bool ready_only = false;  // this call ends where it could be cut over, however it was begun
};

// Begins one and carries it on; with a window it waits for that, without the lease. Refused where something stops it, or the plan is another one by now.
[[nodiscard]] Result<model::Migration> begin_migration(const Regions& regions, const Beginning& beginning, const controller::Call& call);

struct Going {
  planning::MigrationWish wish = planning::MigrationWish::go_on;
  std::chrono::milliseconds max_pause{0};  // 0: as it was begun with
  Ending ending = {};                      // to finalise
  std::optional<model::Window> window = {};  // from now on; else as it was
  bool now = false;                        // whatever the window
  bool hold = false;                       // only to where a cut-over could begin
  std::optional<model::RegionName> lost = {};  // to cut over: the region that serves, which is gone, and from which the other one takes over
};

// Carries on with one that is there, and waits for its window like that. go_on: as far as it was begun for; reverse: hands it back, or over once more.
[[nodiscard]] Result<model::Migration> carry_on(const Regions& regions, const model::Migration& migration, const Going& going,
                                                const controller::Call& call);

// What a cut-over of one that is ready would take, without one; the application in the target is asked for `path`.
[[nodiscard]] Result<MigrationRehearsalView> rehearse(const Regions& regions, const model::Migration& migration, const std::string& path,
                                                      const controller::Call& call);

// How it stands. Without regions what the catalogue knows, with them how far each service is, where they answer.
[[nodiscard]] MigrationView view_of(const model::Migration& migration);
// An SVG of the requests around an attempt's pause, from the access logs; 0: the newest that had one. not_found without one, and where the
// logs do not go back to it.
[[nodiscard]] Result<std::string> plot_cut_over(const Regions& regions, const model::Migration& migration, int attempt);

void add_progress(const Regions& regions, const model::Migration& migration, MigrationView& view);

}  // namespace divio::migration::environment
