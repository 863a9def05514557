// Buckets and key pairs that people give for media in S3.
#pragma once

#include <string>

#include "controller/runtime.hpp"
#include "divio/requests.hpp"
#include "model/service.hpp"

namespace divio::controller {

using model::BucketLogin;

// Whether the key pair opens the bucket for reading and writing, and nothing that is another environment's: a bucket that two
// share, or a key pair that opens both, would let one tenant read the other's files. Refused with what to do; the storage's own
// refusals as ports/object_storage.hpp says. Nothing stays in the bucket.
[[nodiscard]] Result<void> check_bucket(Runtime& runtime, const model::ServiceInstance& instance, const BucketLogin& login);

// Pure. The instance with a key pair that is to take the place of the one it has, unless it is on its way already, and with
// the authority where there is one, as PEM.
[[nodiscard]] model::ServiceInstance with_key_pair(model::ServiceInstance instance, const ServiceRotateRequest& request);

}  // namespace divio::controller
