// Changes of an environment's services that need no new code: attach, detach, new credentials, removal.
#pragma once

#include <functional>
#include <optional>

#include "controller/media_buckets.hpp"
#include "controller/operation_run.hpp"
#include "controller/runtime.hpp"
#include "divio/requests.hpp"
#include "divio/views.hpp"
#include "model/service.hpp"

namespace divio::controller {

// Writes a service down, which the next deployment makes and attaches. A prefix that is taken is a conflict. Media in S3 have
// a bucket and a key pair for it, which are tried out first (media_buckets.hpp).
[[nodiscard]] Result<model::ServiceInstance> add_service(Runtime&, const model::EnvironmentKey&, const model::ServiceSpec&,
                                                         const std::optional<BucketLogin>& login = {});

// Give the service to the environment's containers, or take it away from them with its data kept: a new release of the same
// image is rolled out at once. Where nothing is deployed the next deployment does it.
[[nodiscard]] Result<RolloutOutcome> attach_service(Runtime&, const model::EnvironmentKey&, const ServiceRequest&, const Call&);
[[nodiscard]] Result<RolloutOutcome> detach_service(Runtime&, const model::EnvironmentKey&, const ServiceRequest&, const Call&);

// New credentials: both are good while the instances are replaced, then the old ones are refused. Those of media in S3 come from
// the request (with the text of an authority's certificate), are tried out first, and the old ones are no more than forgotten.
[[nodiscard]] Result<RolloutOutcome> rotate_service(Runtime&, const model::EnvironmentKey&, const ServiceRotateRequest&, const Call&);

// Removes a service that is not attached, and its data; of media in S3 the bucket stays, with all that is in it. Refused for one that is. `last_backup` is called before anything is
// removed where the service is made; what it fails with ends this.
using LastBackup = std::function<Result<void>(const model::ServiceInstance&)>;
[[nodiscard]] Result<RolloutOutcome> remove_service(Runtime&, const model::EnvironmentKey&, const ServiceRequest&, const Call&,
                                                    const LastBackup& last_backup = {});

// Goes on with one of these that was cut short.
[[nodiscard]] Result<RolloutOutcome> go_on_with_service(Runtime&, OperationRun&, const model::Operation&);

}  // namespace divio::controller
