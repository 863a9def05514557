// Waits for instances: until they can serve, until they have finished their requests.
#pragma once

#include "controller/steps.hpp"

namespace divio::controller {

// Until the ingress has seen a passing health check of each, and those without a port have stayed up for a while. Fails
// as soon as it is clear that one never will, with the cause in words.
[[nodiscard]] Result<void> await_healthy(Work& work, const planning::AwaitHealthy& step, const model::EnvironmentKey& key);

// Until none has a request in flight, or the limit is over; then those left are told of and cut.
[[nodiscard]] Result<void> await_drained(Work& work, const planning::AwaitDrained& step, const model::EnvironmentKey& key);

}  // namespace divio::controller
