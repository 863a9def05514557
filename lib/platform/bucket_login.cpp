#include "platform/bucket_login.hpp"

#include <fmt/format.h>

#include "support/try.hpp"
#include "system/certificates.hpp"

namespace divio {

bool says_bucket(const BucketRequest& request) {
  return !request.endpoint.empty() || !request.bucket.empty() || !request.region.empty() || request.host_style || !request.domain.empty() || !request.authority.empty() ||
         !request.access_key.empty();
}

Result<controller::BucketLogin> login_of(const BucketRequest& request) {
  const auto missing = [](std::string_view what, std::string hint) {
    return fail(ErrorCode::invalid, fmt::format("media in S3 need {}", what), std::move(hint));
  };
  if (request.endpoint.empty()) return missing("the address of their storage", "say --s3-endpoint, for example https://s3.eu-central-1.amazonaws.com");
  if (request.bucket.empty()) return missing("a bucket", "make one at the provider, and say --s3-bucket");
  if (request.access_key.empty()) return missing("a key pair that opens the bucket", "make one at the provider, and say --access-key");
  if (request.domain.find_first_of("/:@?#% ") != std::string::npos)
    return fail(ErrorCode::invalid, fmt::format("'{}' is no domain", request.domain), "without https:// and path, for example media.example.com");
  model::Bucket bucket{request.endpoint, request.bucket, request.region, request.host_style, request.domain};
  if (!request.authority.empty()) {
    DIVIO_ASSIGN(bucket.authority, system::read_certificates(request.authority));
  }
  return controller::BucketLogin{std::move(bucket), request.access_key, request.secret_key};
}

}  // namespace divio
