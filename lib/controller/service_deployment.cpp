#include "controller/service_deployment.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "support/try.hpp"

namespace divio::controller {
namespace {

void tell(OperationRun& run, const model::ServiceInstance& instance, bool in_file) {
  const auto& prefix = instance.prefix.str();
  const auto& environment = instance.environment.environment.str();
  const bool detached = instance.state == model::ServiceState::detached;
  if (instance.declared && !in_file && !detached)
    run.tell(Notice{Notice::Level::warning,
                    fmt::format("service {0} is no longer in divio.yaml; it stays attached, with its data, until: "
                                "divioctl service detach {0} -e {1}", prefix, environment)});
  if (in_file && detached)
    run.tell(Notice{Notice::Level::warning, fmt::format("service {0} stays detached; to have it again: "
                                                        "divioctl service attach {0} -e {1}", prefix, environment)});
}

// An environment that was imported without its catalogue's key has none.
Result<void> check_key_pair(const model::ServiceInstance& one) {
  if (!one.bucket || !one.password.empty() || one.state == model::ServiceState::detached) return {};
  const auto& prefix = one.prefix.str();
  return fail(ErrorCode::refused, fmt::format("the key pair of service {}, for {}, is not known", prefix, address_of(*one.bucket)),
              fmt::format("give it one: divioctl service rotate {} -e {} --access-key ID", prefix, one.environment.environment.str()));
}

Result<Instances> instances_after(Runtime& runtime, const Instances& known, const Deployment& deployment) {
  DIVIO_TRY(instances, instances_of(runtime.region.name, known, deployment.codebase.file, deployment.key));
  for (auto& one : instances) {
    DIVIO_ASSIGN(one.server, server_with_kept_data(runtime, one));
  }
  return instances;
}

}  // namespace

Result<Instances> services_after(Runtime& runtime, const Deployment& deployment) {
  DIVIO_TRY(known, runtime.store.services().services(deployment.key));
  DIVIO_TRY(instances, instances_after(runtime, known, deployment));
  for (const auto& one : instances) DIVIO_CHECK(check_key_pair(one));
  return instances;
}

Result<void> remember_services(Runtime& runtime, OperationRun& run, const Deployment& deployment) {
  DIVIO_TRY(known, runtime.store.services().services(deployment.key));
  DIVIO_TRY(wanted, instances_after(runtime, known, deployment));
  for (const auto& instance : wanted) {
    const auto& in_file = deployment.codebase.file.services;
    tell(run, instance, std::ranges::find(in_file, instance.prefix, &model::ServiceSpec::prefix) != in_file.end());
    if (std::ranges::find(known, instance) == known.end()) DIVIO_CHECK(runtime.store.services().put_service(instance));
  }
  return {};
}

}  // namespace divio::controller
