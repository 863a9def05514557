#include "services/wishes.hpp"

#include <fmt/format.h>

#include "services/blueprints.hpp"
#include "support/try.hpp"

namespace divio::services {
namespace {

Result<void> check_scope(const Blueprint& type, const model::ServiceWish& wish) {
  if (!wish.scope) return {};
  const auto name = model::product_name(wish.type);
  if (wish.type == model::ServiceType::media)
    return fail(ErrorCode::invalid, fmt::format("{} has no scope: it is always the environment's own", name), "leave the scope out");
  if (*wish.scope == model::Scope::dedicated || type.shared) return {};
  return fail(ErrorCode::invalid, fmt::format("{} cannot be shared: one server cannot keep tenants apart", name),
              "use the scope dedicated");
}

}  // namespace

Result<model::ServiceSpec> complete(const model::ServiceWish& wish) {
  const auto& type = blueprint(wish.type);
  DIVIO_TRY(version, version_of(type, wish.version));
  DIVIO_CHECK(check_scope(type, wish));
  model::ServiceSpec spec{.prefix = wish.prefix, .type = wish.type, .version = version, .mount = wish.mount, .limits = wish.limits, .storage = wish.storage};
  spec.scope = wish.scope.value_or(default_scope(type));
  if (wish.type == model::ServiceType::media && wish.mount.empty() && wish.storage != model::MediaStorage::s3)
    spec.mount = "/data/" + model::volume_of(wish.prefix);
  DIVIO_CHECK(model::check_service(spec));
  if (!(wish.limits == model::Resources{}) && (spec.scope == model::Scope::shared || wish.type == model::ServiceType::media))
    return fail(ErrorCode::invalid, fmt::format("service '{}' has resources, but no server of its own", wish.prefix.str()),
                wish.type == model::ServiceType::media ? "leave the resources out" : "say scope: dedicated, or leave the resources out");
  return spec;
}

}  // namespace divio::services
