// Which way each service takes.
#include <fmt/format.h>

#include <algorithm>

#include "migration/environment/copy_move.hpp"
#include "migration/environment/files_move.hpp"
#include "migration/environment/mariadb_move.hpp"
#include "migration/environment/postgres_move.hpp"
#include "migration/environment/redis_move.hpp"
#include "migration/mariadb/cleaning.hpp"
#include "migration/postgres/cleaning.hpp"
#include "migration/redis/cleaning.hpp"
#include "support/try.hpp"

namespace divio::migration::environment {

namespace {

template <class Moved, class Conversation>
Result<void> add_following(ServiceMoves& moves, const MovedFrom& moved, const migration::Side& from, const migration::Side& to) {
  DIVIO_TRY(one, Conversation::with(from, moved.migration.id));
  DIVIO_TRY(other, Conversation::with(to, moved.migration.id));
  moves.push_back(std::make_unique<Moved>(moved, std::move(one), std::move(other)));
  return {};
}

Result<void> clean_one(const migration::Side& side, const std::string& id, Left left) {
  switch (side.instance.type) {
    case model::ServiceType::redis: return redis::clean(side, id, left);
    case model::ServiceType::mariadb: return mariadb::clean(side, id, left);
    default: return postgres::clean(side, id, left);
  }
}

Result<void> add_one(ServiceMoves& moves, const MovedFrom& moved, const migration::Side& from, const migration::Side& to) {
  switch (from.instance.type) {
    case model::ServiceType::redis: return add_following<RedisMove, redis::Conversation>(moves, moved, from, to);
    case model::ServiceType::mariadb: return add_following<MariadbMove, mariadb::Conversation>(moves, moved, from, to);
    default: return add_following<PostgresMove, postgres::Conversation>(moves, moved, from, to);
  }
}

}  // namespace

Result<void> ServiceMove::begin_copying(Steps&) { return {}; }
Result<void> ServiceMove::prepare(Steps&) { return {}; }
Result<bool> ServiceMove::catch_up(Steps&) { return false; }
Result<void> ServiceMove::begin_attempt(const ServiceAttempt&) { return {}; }
Result<void> ServiceMove::end_attempt(const ServiceAttempt&) { return {}; }
Result<void> ServiceMove::check_whole() { return {}; }
Result<void> ServiceMove::take_over(const ServiceAttempt&, Steps&) { return {}; }
Result<std::optional<model::ComparedService>> ServiceMove::compare(bool, const std::stop_token&) { return std::optional<model::ComparedService>(); }
Result<RehearsedService> ServiceMove::rehearse(const std::stop_token&) { return RehearsedService{}; }

Result<ServiceMoves> service_moves(TwoRegions& regions, const model::Migration& migration, Side from, const std::stop_token& stop) {
  const MovedFrom moved{regions, migration, from};
  ServiceMoves found;
  DIVIO_TRY(here, regions.followed(from, stop));
  DIVIO_TRY(there, regions.followed(relay::other(from), stop));
  for (std::size_t i = 0; i < here.size(); ++i) DIVIO_CHECK(add_one(found, moved, here[i], there[i]));
  DIVIO_TRY(copied, regions.copied(from));
  DIVIO_TRY(copies, regions.copied(relay::other(from)));
  for (std::size_t i = 0; i < copied.size(); ++i)
    if (copied[i].type == model::ServiceType::media) found.push_back(std::make_unique<FilesMove>(moved, files_of_media(moved, copied[i], copies[i])));
    else found.push_back(std::make_unique<CopyMove>(moved, copied[i], copies[i]));
  for (const auto& one : migration.services)
    if (one.is_volume()) found.push_back(std::make_unique<FilesMove>(moved, files_of_volume(moved, one.prefix)));
  return found;
}

Result<void> clean_services(TwoRegions& regions, const model::Migration& migration, Side side, const std::stop_token& stop) {
  const bool serving = side == (migration.there ? Side::target : Side::source);
  DIVIO_TRY(followed, regions.followed(side, stop));
  for (const auto& service : followed) {
    DIVIO_TRY(serves, services::can_serve(regions.at(side).engine, service.server));
    if (serves) DIVIO_CHECK(clean_one(service, migration.id, serving ? Left::opened : Left::closed));
    else if (serving)
      return fail(ErrorCode::unreachable, fmt::format("server '{}' does not serve, and holds things of the migration", service.server.name),
                  "type the command again when it does");
  }
  return {};
}

}  // namespace divio::migration::environment
