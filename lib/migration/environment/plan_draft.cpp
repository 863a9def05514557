#include "migration/environment/plan_draft.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <limits>

#include "controller/image_probe.hpp"
#include "controller/media_data.hpp"
#include "controller/services.hpp"
#include "migration/mariadb/inventory.hpp"
#include "migration/postgres/inventory.hpp"
#include "migration/redis/inventory.hpp"
#include "migration/side.hpp"
#include "model/volume.hpp"
#include "planning/rollout.hpp"
#include "services/server_container.hpp"
#include "support/ids.hpp"
#include "support/try.hpp"

namespace divio::migration::environment {
namespace {

constexpr double bytes_copied_per_second = 20e6;
constexpr double pause_of_a_pass_ms = 100;
// Of what does not follow. A MariaDB of 240 MB took 23 s to be copied and 12 s to be read on both sides, by the clients of its images, between two
// servers on one machine of two processors that had other work too, and 69 s by a divioctl with sanitizers on a busier one. A Redis takes less.
constexpr double least_copying_ms = 2000;
constexpr double bytes_copied_in_a_pause_per_second = 5e6;

postgres::Offer same_as(const postgres::Inventory& source) {
  return {source.version, "logical", {.slots = 10, .senders = 10, .workers = 10}, source.extensions};
}

void add_copied(Draft& draft, MigrationServiceView& view) {
  view.method = "copy";
  draft.view.predicted_pause_ms += pause_of_copying_ms(view.bytes);
  draft.view.obstacles.push_back({false, fmt::format("service '{}' ({}) is copied while requests wait, which takes as long as its data are large", view.prefix, view.type),
                                  "say --allow-pause, with a --max-pause that is long enough"});
}

// The server that serves it there already, if one does.
Result<std::optional<migration::Side>> side_there(Draft& draft, const model::ServiceInstance& instance, const model::ServicePlace& place) {
  auto& target = draft.regions.target;
  auto there = model::placed(instance, place);
  auto server = controller::server_of(target, there);
  DIVIO_ASSIGN(server.password, target.store.services().known_server_password(target.region.name, there.server));
  const auto serves = services::can_serve(target.engine, server);
  if (!serves || !*serves) return std::optional<migration::Side>();
  return std::optional(migration::Side{{target.engine, target.clock}, std::move(server), std::move(there)});
}

void add_obstacles(Draft& draft, const std::string& prefix, const std::vector<Obstacle>& obstacles) {
  for (const auto& one : obstacles) draft.view.obstacles.push_back({one.stops, fmt::format("service '{}': {}", prefix, one.what), one.way_out});
}

// Of a server that will be made of another image than the one that serves, which has what it has. Nobody knows of an image that is not
// there, or tells it otherwise than the usual ones: then it comes out when the tables are to be made, before any row is copied.
Result<std::optional<postgres::Offer>> offer_of_image(Draft& draft, const model::ServiceInstance& there, const postgres::Offer& same, const std::string& served_by) {
  auto& target = draft.regions.target;
  const auto image = services::image_of(controller::server_of(target, there));
  if (image == served_by) return std::optional(same);
  if (draft.fetch && !target.engine.images().inspect(image) && std::ranges::none_of(draft.view.obstacles, &MigrationObstacleView::stops)) DIVIO_CHECK(draft.fetch(target, image));
  const auto told = controller::ask_image(target, image, postgres::extensions_command(), {});
  auto offer = same;
  offer.extensions = postgres::parse_extensions(told.value_or(""));
  if (!offer.extensions.empty()) return std::optional(std::move(offer));
  draft.notes.push_back({false, fmt::format("service '{}': which extensions image {} has is not known in region {}", there.prefix.str(), image, target.region.name.str()),
                         "it is brought when the move is begun, and looked at before anything else is made"});
  return std::optional<postgres::Offer>();
}

Result<void> look_at_database(Draft& draft, const model::ServiceInstance& instance, const model::ServicePlace& place, MigrationServiceView& view) {
  auto& source = draft.regions.source;
  DIVIO_TRY(server, controller::server_with_password(source, instance));
  DIVIO_TRY(inventory, postgres::inventory({{source.engine, source.clock}, server, instance}));
  view.method = "replication";
  view.bytes = inventory.bytes;
  view.tables = inventory.tables.size();
  DIVIO_TRY(there, side_there(draft, instance, place));
  auto offer = same_as(inventory);  // what a server will offer that is made for this
  if (place.version != instance.version) offer.version = static_cast<unsigned>(std::strtoul(place.version.c_str(), nullptr, 10));
  if (there) {
    DIVIO_ASSIGN(offer, postgres::offer(*there));
    add_obstacles(draft, view.prefix, postgres::obstacles(inventory, offer));
    return {};
  }
  DIVIO_TRY(of_image, offer_of_image(draft, model::placed(instance, place), offer, services::image_of(server)));
  for (auto& one : postgres::obstacles(inventory, of_image.value_or(offer)))
    (one.stops ? draft.view.obstacles : draft.notes).push_back({one.stops, fmt::format("service '{}': {}", view.prefix, one.what), one.way_out});
  return {};
}

// One whose image lacks what following takes is copied; and so is one that becomes another version, since an older server does not
// follow a newer one for sure, and there would be no way back.
Result<void> look_at_mariadb(Draft& draft, const model::ServiceInstance& instance, const model::ServicePlace& place, MigrationServiceView& view) {
  auto& source = draft.regions.source;
  DIVIO_TRY(server, controller::server_with_password(source, instance));
  DIVIO_TRY(inventory, mariadb::inventory({{source.engine, source.clock}, server, instance}));
  view.bytes = inventory.bytes;
  view.tables = inventory.tables;
  if (place.version != instance.version || !mariadb::can_follow(inventory).empty()) {
    add_copied(draft, view);
    add_obstacles(draft, view.prefix, mariadb::can_be_copied(inventory));
    return {};
  }
  view.method = "replication";
  DIVIO_TRY(there, side_there(draft, instance, place));
  mariadb::Inventory offer{.version = inventory.version, .logs_rows = true, .starts_following = false, .free_disk = std::numeric_limits<std::uint64_t>::max()};
  if (there) {
    DIVIO_ASSIGN(offer, mariadb::inventory(*there));
  }
  add_obstacles(draft, view.prefix, mariadb::obstacles(inventory, offer));
  return {};
}

Result<void> look_at_redis(Draft& draft, const model::ServiceInstance& instance, const model::ServicePlace& place, MigrationServiceView& view) {
  auto& source = draft.regions.source;
  DIVIO_TRY(server, controller::server_with_password(source, instance));
  DIVIO_TRY(inventory, redis::inventory({{source.engine, source.clock}, server, instance}));
  view.bytes = inventory.memory;
  if (place.version != instance.version || !redis::can_follow(inventory).empty()) {
    add_copied(draft, view);
    return {};
  }
  view.method = "replication";
  DIVIO_TRY(there, side_there(draft, instance, place));
  redis::Inventory offer{.version = inventory.version, .most_memory = inventory.most_memory, .free_disk = std::numeric_limits<std::uint64_t>::max()};
  if (there) {
    DIVIO_ASSIGN(offer, redis::inventory(*there));
  }
  add_obstacles(draft, view.prefix, redis::obstacles(inventory, offer));
  return {};
}

// In the pause all of them are looked at on both sides, and what has changed since the last pass is brought over.
Result<void> look_at_files(Draft& draft, const media::Place& place, MigrationServiceView& view) {
  DIVIO_TRY(contents, media::list_of(place));
  view.method = "passes";
  view.files = contents.files.size();
  for (const auto& file : contents.files) view.bytes += file.bytes;
  draft.view.predicted_pause_ms += pause_of_a_pass_ms + static_cast<double>(view.files) / files_looked_at_per_ms;
  return {};
}

Result<void> look_at_media(Draft& draft, const model::ServiceInstance& instance, MigrationServiceView& view) {
  DIVIO_TRY(place, controller::media_place(draft.regions.source, instance, {}));
  return look_at_files(draft, place, view);
}

void add(Draft& draft, MigrationServiceView view) {
  draft.view.predicted_copy_s += static_cast<double>(view.bytes) / bytes_copied_per_second;
  draft.view.services.push_back(std::move(view));
}

}  // namespace

double pause_of_copying_ms(std::uint64_t bytes) { return least_copying_ms + 1000 * static_cast<double>(bytes) / bytes_copied_in_a_pause_per_second; }

std::string shown(const model::ServiceInstance& instance, bool may_go) {
  if (instance.bucket) return name_of(*instance.bucket);
  return may_go && is_in_volume(instance) ? planning::volume_name(instance.environment, model::volume_of(instance.prefix)) : instance.server;
}

void begin_plan(Draft& draft, const model::Environment& environment, const model::Release& release) {
  auto& view = draft.view;
  view.project = draft.key.project.str();
  view.environment = draft.key.environment.str();
  view.release = release.number;
  view.image = release.image.name;
  if (environment.stopped) draft.stop(fmt::format("{} is stopped", draft.key.stem()), fmt::format("divioctl start -e {}", draft.key.environment.str()));
}

Result<void> look_at_service(Draft& draft, const model::ServiceInstance& instance, const model::ServicePlace& there) {
  using enum model::ServiceType;
  MigrationServiceView view{.prefix = instance.prefix.str(), .type = std::string(to_string(instance.type)), .version = instance.version,
                            .method = {}, .from = shown(instance, there.login.has_value()), .to = shown(model::placed(instance, there), false)};
  switch (instance.type) {
    case postgres: DIVIO_CHECK(look_at_database(draft, instance, there, view)); break;
    case mariadb: DIVIO_CHECK(look_at_mariadb(draft, instance, there, view)); break;
    case redis: DIVIO_CHECK(look_at_redis(draft, instance, there, view)); break;
    case media: DIVIO_CHECK(there.login ? look_at_bucket(draft, instance, there, view) : look_at_media(draft, instance, view)); break;
  }
  add(draft, std::move(view));
  return {};
}

Result<void> look_at_volume(Draft& draft, const std::string& name) {
  MigrationServiceView view{.prefix = model::volume_entry(name), .type = "volume", .version = {}, .method = {}, .from = {}, .to = {}};
  DIVIO_TRY(place, controller::volume_place(draft.regions.source, draft.key, name, model::called(view.prefix), {}));
  DIVIO_CHECK(look_at_files(draft, place, view));
  add(draft, std::move(view));
  return {};
}

MigrationPlanView end_plan(Draft& draft, const Words& words) {
  auto& view = draft.view;
  std::string text = fmt::format("{} {} {} {} {} {} {}\n", view.project, view.environment, view.from, view.to, words.what, view.release, view.image);
  for (const auto& one : view.services) text += fmt::format("{} {} {} {} {} {}\n", one.prefix, one.type, one.version, one.from, one.to, one.tables);
  for (const auto& one : view.obstacles) text += one.what + "\n";
  std::ranges::move(draft.notes, std::back_inserter(view.obstacles));
  view.possible = std::ranges::none_of(view.obstacles, &MigrationObstacleView::stops);
  view.hash = sha256_hex(text).substr(0, 16);
  const auto command = [&](const std::string& word, const std::string& end) {
    return fmt::format("divioctl {} --project {} -e {} {}{}", word, view.project, view.environment, words.what, end);
  };
  view.next = view.possible ? command(words.act, " --plan-hash " + view.hash) : command(words.look, {});
  return std::move(view);
}

}  // namespace divio::migration::environment
