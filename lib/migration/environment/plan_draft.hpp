// A plan while it is made, and what it says of each service.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "migration/environment/migrate.hpp"
#include "model/release.hpp"
#include "model/service.hpp"

namespace divio::migration::environment {

struct Draft {
  const Regions& regions;
  const model::EnvironmentKey& key;
  MigrationPlanView view;
  const FetchImage& fetch;                       // empty: images that are not there are not brought
  std::vector<MigrationObstacleView> notes = {};  // to know, and no part of the plan's hash: they depend on whether an image is there yet

  void stop(std::string what, std::string way_out) { view.obstacles.push_back({true, std::move(what), std::move(way_out)}); }
};

// What is measured on two hosts next to each other.
inline constexpr double pause_without_distance_ms = 100;
inline constexpr double files_looked_at_per_ms = 100;  // of a volume

// For how long requests wait while that much is copied and compared.
[[nodiscard]] double pause_of_copying_ms(std::uint64_t bytes);

// What is the same for every plan.
void begin_plan(Draft& draft, const model::Environment& environment, const model::Release& release);
// By which commands a plan is looked at and carried out: "migrate plan", "migrate start", and what follows both.
struct Words {
  std::string look;
  std::string act;
  std::string what;
};
// Whether it is possible, and its hash: of what decides whether a plan is the same, not of what changes by the minute.
[[nodiscard]] MigrationPlanView end_plan(Draft& draft, const Words& words);

// Where it is: the server, the bucket or, of media that `may_go` into a bucket, the volume.
[[nodiscard]] std::string shown(const model::ServiceInstance& instance, bool may_go);

// Adds a service, whose place there is known, with what is in its way.
[[nodiscard]] Result<void> look_at_service(Draft& draft, const model::ServiceInstance& instance, const model::ServicePlace& there);

// Adds a volume of the project.
[[nodiscard]] Result<void> look_at_volume(Draft& draft, const std::string& name);

// The same of media that go into a bucket.
[[nodiscard]] Result<void> look_at_bucket(Draft& draft, const model::ServiceInstance& instance, const model::ServicePlace& there, MigrationServiceView& view);

}  // namespace divio::migration::environment
