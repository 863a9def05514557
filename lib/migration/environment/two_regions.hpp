// An environment that is being moved, in both of its regions. Where it is one of its services that moves within the region, both
// sides are in that region: each has its own set of instances, and its own server of that service.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "controller/operation_run.hpp"
#include "controller/runtime.hpp"
#include "controller/services.hpp"
#include "media/mirror.hpp"
#include "migration/environment/placed_store.hpp"
#include "migration/environment/second_set.hpp"
#include "migration/relay/relay.hpp"
#include "migration/side.hpp"
#include "model/migration.hpp"
#include "model/release.hpp"

namespace divio::migration::environment {

using relay::Both;
using relay::Side;

// What of an environment runs in a region.
enum class Runs {
  nothing,  // but its servers
  web,      // what answers requests
  all,      // workers too
};

// Keeps references to both runtimes. One thread at a time.
class TwoRegions {
 public:
  TwoRegions(controller::Runtime& source, controller::Runtime& target, const model::Migration& migration);
  TwoRegions(const TwoRegions&) = delete;
  TwoRegions& operator=(const TwoRegions&) = delete;

  // Parts of one region, to which the environment is in that region.
  [[nodiscard]] controller::Runtime& at(Side side) { return side == Side::source ? source_ : target_; }
  [[nodiscard]] ports::Store& catalogue() { return base_; }
  [[nodiscard]] const model::EnvironmentKey& key() const { return key_; }

  // Makes this be what runs there, healthy if it is to be; nothing is done where it is so already.
  [[nodiscard]] Result<void> run(Side side, Runs what, controller::OperationRun& run, std::stop_token stop);
  // The same with nothing running, and every database that moves made on its server.
  [[nodiscard]] Result<void> make_databases(Side side, controller::OperationRun& run, std::stop_token stop);
  // The release that moves.
  [[nodiscard]] Result<model::Release> release(Side side);

  // The environment's services there that move by replication, with their servers.
  [[nodiscard]] Result<std::vector<migration::Side>> followed(Side side, std::stop_token stop);

  // The other services that move, as they are there.
  [[nodiscard]] Result<controller::Instances> copied(Side side);
  // The files of one side's media that move, brought to the other side (media/mirror.hpp).
  [[nodiscard]] Result<std::unique_ptr<media::Mirror>> mirror(const model::ServiceInstance& from, const model::ServiceInstance& to, Side side, std::stop_token stop);
  // The same of a volume of the project.
  [[nodiscard]] Result<std::unique_ptr<media::Mirror>> mirror_volume(const std::string& volume, Side side, std::stop_token stop);
  // Removes what mirrors of buckets remember (media/pairs.hpp).
  [[nodiscard]] Result<void> forget_pairs(std::stop_token stop);
  // Puts what one side's instance holds in place of what the other's does.
  [[nodiscard]] Result<void> copy(const model::ServiceInstance& from, const model::ServiceInstance& to, Side side, std::stop_token stop);

  [[nodiscard]] bool has_followers() const { return std::ranges::any_of(migration_.services, &model::MovingService::follows); }
  [[nodiscard]] bool has_files() const { return std::ranges::any_of(migration_.services, &model::MovingService::is_files); }
  [[nodiscard]] relay::Relay relay() const;
  [[nodiscard]] relay::Place place(std::stop_token stop) { return {at(Side::source).engine, at(Side::target).engine, source_.clock, std::move(stop)}; }

  // Writes down in a region how the environment, which is there, and its migration are now (controller/records.hpp).
  [[nodiscard]] Result<void> keep_record(Side side);

  [[nodiscard]] bool in_place() const { return migration_.in_place(); }
  // Within a region: the set of instances that serves becomes the environment's first and only one, which gets its requests.
  [[nodiscard]] Result<void> make_one_set(controller::OperationRun& run);

  // Removes all that the environment has there, with its data. Its routes go, where requests are forwarded to stays. Within a region: what the
  // service that moves has there.
  [[nodiscard]] Result<void> clear(Side side, controller::OperationRun& run);

 private:
  [[nodiscard]] Result<bool> converge(controller::Runtime& runtime, controller::OperationRun& run, std::stop_token stop) const;
  [[nodiscard]] Result<void> want(Side side, Runs what);
  [[nodiscard]] const model::MovingService* moving(const model::ServiceInstance& instance) const;  // null: it stays
  [[nodiscard]] PlacedStore& store(Side side) { return side == Side::source ? source_store_ : target_store_; }

  [[nodiscard]] Result<void> clear_service(Side side, controller::OperationRun& run);

  ports::Store& base_;
  model::EnvironmentKey key_;
  SecondSet second_set_;  // of the target, within a region
  PlacedStore source_store_;
  PlacedStore target_store_;
  controller::Runtime source_;
  controller::Runtime target_;
  model::Migration migration_;
};

// What was wanted of an instance.
[[nodiscard]] model::ServiceSpec spec_of(const model::ServiceInstance& instance);

// Of a service, as the relay calls it.
[[nodiscard]] std::string relay_name(const std::string& prefix);

// Whether a process answers requests.
[[nodiscard]] bool is_web(const model::Process& process);

// Tokens of a migration, which can be told again from its secret: where the word of an attempt is read, and by what a
// region's ingress knows the other one's. The latter is the same in every migration of the environment, since ingresses that
// it has left go on forwarding.
[[nodiscard]] Secret register_token(const model::Migration& migration, int attempt);
// By which that side's ingress tells the other one's host that it is there, and is taken for no other.
[[nodiscard]] Secret way_token(const model::Migration& migration, Side side);
[[nodiscard]] Secret forward_token(const model::Migration& migration, Side to);
// With what a replica logs in on the other side: letters and digits.
[[nodiscard]] Secret replica_token(const model::Migration& migration, const std::string& prefix);
// By what a report is known, of which only `hash` is told.
[[nodiscard]] Secret report_token(const model::Migration& migration, const std::string& hash);

}  // namespace divio::migration::environment
