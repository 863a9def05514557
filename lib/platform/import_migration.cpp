#include "platform/import_migration.hpp"

#include <fmt/format.h>

#include "controller/migrations.hpp"
#include "platform/places.hpp"
#include "support/try.hpp"

namespace divio {
namespace {

// Its endpoint was good on the computer that wrote the record; where it is another one here, region set changes it.
Result<void> import_other_region(PlatformParts& parts, const model::Region& region, model::Region other) {
  DIVIO_TRY(known, parts.store->regions().region(other.name));
  const bool fresh = !known || known->endpoint.empty();
  if (!fresh && controller::catalogue_of(*parts.store, *known) == controller::catalogue_of(*parts.store, region)) return {};
  DIVIO_TRY(there, inhabitants(parts, other.name));
  if (!there.empty())
    return fail(ErrorCode::refused,
                fmt::format("it is being moved to or from region {}, where {} lives, of this catalogue, and things in one region belong to one catalogue",
                            other.name.str(), there.front().name),
                "import into a catalogue of its own: DIVIOCTL_HOME is its folder");
  if (!fresh) other = *known;
  other.builder.clear();
  other.catalogue = region.catalogue;
  DIVIO_CHECK(parts.store->regions().put_region(other));
  parts.close(other.name);
  return {};
}

}  // namespace

Result<void> import_migration(PlatformParts& parts, const model::Region& region, const model::EnvironmentRecord& record) {
  if (!record.migration) return {};
  if (record.other_region) DIVIO_CHECK(import_other_region(parts, region, *record.other_region));
  return controller::put_migration(*parts.store, *record.migration);
}

}  // namespace divio
