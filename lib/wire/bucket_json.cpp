#include "wire/bucket_json.hpp"

#include "support/try.hpp"
#include "wire/json_fields.hpp"

namespace divio::wire {

nlohmann::json bucket_value(const model::Bucket& bucket) {
  return {{"endpoint", bucket.endpoint}, {"name", bucket.name}, {"region", bucket.region}, {"host_style", bucket.host_style},
          {"domain", bucket.domain}, {"authority", bucket.authority}};
}

Result<std::optional<model::Bucket>> bucket_in(const Fields& of) {
  DIVIO_TRY(fields, of.object("bucket"));
  if (fields.keys().empty()) return std::nullopt;
  model::Bucket bucket;
  DIVIO_CHECK(fields.read("endpoint", bucket.endpoint));
  DIVIO_CHECK(fields.read("name", bucket.name));
  DIVIO_CHECK(fields.read("region", bucket.region));
  DIVIO_CHECK(fields.read("host_style", bucket.host_style));
  DIVIO_CHECK(fields.read("domain", bucket.domain));
  DIVIO_CHECK(fields.read("authority", bucket.authority));
  return std::optional(std::move(bucket));
}

}  // namespace divio::wire
