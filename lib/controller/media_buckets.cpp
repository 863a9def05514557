#include "controller/media_buckets.hpp"

#include <fmt/format.h>

#include "controller/migrations.hpp"
#include "support/try.hpp"

namespace divio::controller {
namespace {

using model::ServiceInstance;

std::string user_of(const ServiceInstance& one) { return fmt::format("service {} of {}", one.prefix.str(), one.environment.stem()); }

// Whether what is in a bucket can be listed. One that does not answer cannot be.
bool opens(Runtime& runtime, const BucketLogin& login) {
  const auto storage = runtime.open_bucket(login.bucket, login.access_key, login.secret_key);
  return storage && (*storage)->list("", "", 1);
}

Result<void> check_apart(Runtime& runtime, const ServiceInstance& other, const BucketLogin& login) {
  const auto user = user_of(other);
  if (address_of(*other.bucket) == address_of(login.bucket))
    return fail(ErrorCode::refused, fmt::format("the bucket {} is that of {}", address_of(login.bucket), user),
                "make another one: each environment has a bucket and a key pair of its own");
  if (other.bucket->endpoint != login.bucket.endpoint) return {};
  if (opens(runtime, {*other.bucket, login.access_key, login.secret_key}))
    return fail(ErrorCode::refused, fmt::format("access key {} also opens the bucket of {}", login.access_key, user),
                "make a key pair that may use this bucket alone: with this one the two environments could read each other's files");
  if (!other.password.empty() && opens(runtime, {login.bucket, other.role, other.password}))
    return fail(ErrorCode::refused, fmt::format("the bucket {} is open to the access key of {}", address_of(login.bucket), user),
                "restrict that key pair to its own bucket: as it is, the two environments could read each other's files");
  return {};
}

// Also those that are on their way to a bucket, or may go back to one.
Result<std::vector<ServiceInstance>> in_buckets(Runtime& runtime) {
  DIVIO_TRY(all, runtime.store.services().services_with_bucket());
  DIVIO_TRY(moves, migrations(runtime.store));
  std::vector<ServiceInstance> elsewhere;
  for (const auto& move : moves) {
    if (!move.goes_on() || !move.of_files()) continue;
    const auto& service = move.services.front();
    DIVIO_TRY(moving, runtime.store.services().services(move.key));
    for (const auto& one : moving) {
      if (one.prefix.str() != service.prefix) continue;
      for (const auto* place : {&service.source_place, &service.target_place})
        if (*place && (*place)->login && (*place)->login->bucket != one.bucket) elsewhere.push_back(placed(one, **place));
    }
  }
  all.insert(all.end(), elsewhere.begin(), elsewhere.end());
  return all;
}

}  // namespace

Result<void> check_bucket(Runtime& runtime, const ServiceInstance& instance, const BucketLogin& login) {
  DIVIO_TRY(storage, runtime.open_bucket(login.bucket, login.access_key, login.secret_key));
  DIVIO_CHECK(media::try_out({std::move(storage), address_of(login.bucket)}));
  DIVIO_TRY(others, in_buckets(runtime));
  for (const auto& other : others)
    if (other.environment != instance.environment || other.prefix != instance.prefix) DIVIO_CHECK(check_apart(runtime, other, login));
  return {};
}

ServiceInstance with_key_pair(ServiceInstance instance, const ServiceRotateRequest& request) {
  if (instance.bucket && !request.s3_authority.empty()) instance.bucket->authority = request.s3_authority;
  if (instance.role == request.access_key && instance.password == request.secret_key && !instance.old_password.empty()) return instance;
  instance.old_role.clear();
  instance.old_password = {};
  instance.next_role = request.access_key;
  instance.next_password = request.secret_key;
  return instance;
}

}  // namespace divio::controller
