// What a move of a service within its region would come to.
#include <fmt/format.h>

#include <algorithm>

#include "controller/outcome.hpp"
#include "controller/service_publication.hpp"
#include "controller/services.hpp"
#include "migration/environment/plan_draft.hpp"
#include "migration/environment/two_regions.hpp"
#include "services/blueprints.hpp"
#include "support/try.hpp"

namespace divio::migration::environment {
namespace {

// Of media there is nothing to be made on a server.
bool is_released(const model::Release& release, const model::ServiceInstance& instance) {
  return controller::has_service(release.config, instance.prefix) && (instance.type == model::ServiceType::media || instance.state != model::ServiceState::added);
}

Result<void> check_bucket_change(const model::ServiceInstance& instance, const model::BucketLogin& to) {
  const auto& prefix = instance.prefix.str();
  if (instance.type != model::ServiceType::media)
    return fail(ErrorCode::refused, fmt::format("service '{}' is no media, and nothing else is kept in S3", prefix), "a database or cache moves to another server: --to shared, --to dedicated");
  if (!instance.bucket || address_of(*instance.bucket) != address_of(to.bucket)) return {};
  return fail(ErrorCode::conflict, fmt::format("service '{}' is in bucket {} already", prefix, name_of(to.bucket)),
              fmt::format("there is nothing to do; another key pair for it: divioctl service rotate {} -e {} --access-key ID", prefix, instance.environment.environment.str()));
}

Result<void> check_change(const model::ServiceInstance& instance, const InPlace& change) {
  const auto& prefix = instance.prefix.str();
  if (change.login) return check_bucket_change(instance, *change.login);
  if (instance.type == model::ServiceType::media)
    return fail(ErrorCode::refused, fmt::format("service '{}' is in a {} and has no server", prefix, instance.bucket ? "bucket" : "volume"),
                fmt::format("into a{} bucket: divioctl service move {} -e {} --to s3 --s3-endpoint URL --s3-bucket BUCKET --access-key ID", instance.bucket ? "nother" : "", prefix, instance.environment.environment.str()));
  const auto& blueprint = services::blueprint(instance.type);
  if (!change.version.empty()) DIVIO_CHECK(services::version_of(blueprint, change.version));
  if (change.scope == model::Scope::shared && !blueprint.shared)
    return fail(ErrorCode::refused, fmt::format("a server of {} cannot be shared", model::product_name(instance.type)), "it stays on a server of its own");
  const bool same_version = change.version.empty() || change.version == instance.version;
  const bool same_scope = !change.scope || *change.scope == instance.scope;
  if (!same_version || !same_scope) return {};
  return fail(ErrorCode::conflict, fmt::format("service '{}' is {} {} ({}) already", prefix, model::product_name(instance.type), instance.version, to_string(instance.scope)), "there is nothing to do");
}

// As it is said. The secret key is asked for again, and where the certificates were read nobody remembers.
std::string goal_of(const model::BucketLogin& login) {
  const auto& bucket = login.bucket;
  auto words = fmt::format("s3 --s3-endpoint {} --s3-bucket {} --access-key {}", bucket.endpoint, bucket.name, login.access_key);
  if (!bucket.region.empty()) words += " --s3-region " + bucket.region;
  if (bucket.host_style) words += " --s3-host-style";
  if (!bucket.domain.empty()) words += " --s3-domain " + bucket.domain;
  if (!bucket.authority.empty()) words += " --s3-authority FILE";
  return words;
}

std::string goal_of(const InPlace& change) {
  if (change.login) return goal_of(*change.login);
  return change.version.empty() ? std::string(to_string(*change.scope)) : change.version;
}

Result<void> look_at_use(Draft& draft, const model::Release& release, const model::ServiceInstance& instance, const InPlace& change) {
  const auto& prefix = instance.prefix.str();
  if (!is_released(release, instance))
    draft.stop(fmt::format("service '{}' is not attached, and moves only while the application uses it", prefix), "attach it, or deploy what was added");
  if (!instance.old_password.empty() || !instance.next_password.empty())
    draft.stop(fmt::format("a change of the credentials of service '{}' has not come to its end", prefix), fmt::format("divioctl service rotate {} -e {}", prefix, draft.key.environment.str()));
  if (std::ranges::none_of(release.config.processes, is_web))
    draft.stop("no process of it answers requests, and such an environment's services are not moved yet", "make a backup, and restore it into a service under another prefix");
  DIVIO_TRY(publications, controller::see_publications(draft.regions.source, draft.key));
  if (std::ranges::find(publications, prefix, &controller::SeenPublication::prefix) != publications.end())
    draft.stop(fmt::format("service '{}' is published to its host, and who comes that way would not be led to the other server", prefix),
               fmt::format("divioctl service unpublish {0} -e {1}, and publish it again afterwards", prefix, draft.key.environment.str()));
  if (release.config.processes.size() > 1)
    draft.view.obstacles.push_back({false, fmt::format("processes that call each other by name may meet instances that {}, from when it is verified until it is cut over",
                                                       change.login ? "use the new bucket already" : "can only read"),
                                    "let them use the site's own host name, or do not let it wait (--hold-cutover) for long"});
  return {};
}

}  // namespace

model::ServicePlace place_after(const controller::Runtime& runtime, const model::ServiceInstance& instance, const InPlace& change) {
  if (change.login) {
    auto place = model::place_of(instance);
    place.login = change.login;
    return place;
  }
  return model::place_beside(runtime.region.name, instance, change.version.empty() ? instance.version : change.version, change.scope.value_or(instance.scope));
}

Result<MigrationPlanView> plan_in_place(controller::Runtime& runtime, const model::EnvironmentKey& key, const InPlace& change, const FetchImage& fetch) {
  DIVIO_TRY(environment, controller::need_environment(runtime, key));
  DIVIO_TRY(release, controller::need_release(runtime, environment));
  DIVIO_TRY(instance, controller::need_instance(runtime, key, change.prefix));
  DIVIO_CHECK(check_change(instance, change));
  const Regions here{runtime, runtime};
  Draft draft{here, key, {}, fetch};
  begin_plan(draft, environment, release);
  const auto there = place_after(runtime, instance, change);
  draft.view.from = shown(instance, true);
  draft.view.to = shown(model::placed(instance, there), true);
  draft.view.predicted_pause_ms = pause_without_distance_ms;
  DIVIO_CHECK(look_at_use(draft, release, instance, change));
  if (std::ranges::none_of(draft.view.obstacles, &MigrationObstacleView::stops)) DIVIO_CHECK(look_at_service(draft, instance, there));
  const bool upgrade = !change.version.empty();
  const auto act = fmt::format("service {} {}", upgrade ? "upgrade" : "move", change.prefix);
  return end_plan(draft, {act + " --dry-run", act, "--to " + goal_of(change)});
}

}  // namespace divio::migration::environment
