#include "controller/outcome.hpp"

#include <fmt/format.h>

#include "support/try.hpp"

namespace divio::controller {

namespace {

std::string http(const std::string& host, std::uint16_t port) {
  const auto quoted = host.find(':') == std::string::npos ? host : "[" + host + "]";  // an IPv6 address
  return port == 80 ? "http://" + quoted : fmt::format("http://{}:{}", quoted, port);
}

}  // namespace

std::string url_of(const model::Region& region, const std::vector<std::string>& hosts) {
  return hosts.empty() ? std::string() : http(hosts.front(), region.http_port);
}

std::string address_of(const model::Region& region, const std::vector<std::string>& hosts) {
  const bool elsewhere = !hosts.empty() && hosts.front().ends_with(".localhost") && !model::is_on_this_machine(region);
  return elsewhere ? http(model::host_of(region), region.http_port) : std::string();
}

RolloutOutcome outcome_of(const Runtime& runtime, const std::optional<model::Release>& release, const planning::Plan& plan,
                          const std::string& operation) {
  RolloutOutcome outcome;
  outcome.operation = operation;
  outcome.plan = planning::announce(plan, operation);
  outcome.region = runtime.region.name.str();
  outcome.outcome = plan.empty() ? "unchanged" : operation.empty() ? "planned" : "changed";
  if (!release) return outcome;
  outcome.release = release->number;
  outcome.image = release->image.name;
  outcome.commit = release->revision.commit;
  outcome.url = url_of(runtime.region, release->config.hosts);
  outcome.address = address_of(runtime.region, release->config.hosts);
  return outcome;
}

Result<RolloutOutcome> conclude(OperationRun& run, Result<RolloutOutcome> result) {
  using model::Outcome;
  if (!result && result.error().code == ErrorCode::unreachable && run.has_acted()) {
    auto error = std::move(result).error();
    error.hint += fmt::format("{}divioctl operation resume {} goes on with it", error.hint.empty() ? "" : "; then ", run.id());
    return Failure(std::move(error));
  }
  const bool cancelled = !result && result.error().code == ErrorCode::cancelled;
  const auto outcome = result ? Outcome::succeeded : cancelled ? Outcome::cancelled : Outcome::failed;
  const auto ended = run.end(outcome, result ? result->outcome : result.error().message);
  if (!ended && result) return Failure(ended.error());
  return result;
}

Result<model::Environment> need_environment(Runtime& runtime, const model::EnvironmentKey& key) {
  DIVIO_TRY(environment, runtime.store.projects().environment(key));
  if (environment) return std::move(*environment);
  return fail(ErrorCode::not_found, fmt::format("{} has no environment '{}'", key.project.str(), key.environment.str()),
              fmt::format("divioctl deploy -e {} makes it", key.environment.str()));
}

Result<std::optional<model::Release>> wanted_release(Runtime& runtime, const model::Environment& environment) {
  if (environment.release == 0) return std::optional<model::Release>{};
  return runtime.store.releases().release(environment.key, environment.release);
}

Result<model::Release> need_release(Runtime& runtime, const model::Environment& environment) {
  DIVIO_TRY(release, wanted_release(runtime, environment));
  if (release) return std::move(*release);
  return fail(ErrorCode::not_found, fmt::format("nothing is deployed to {}", environment.key.stem()),
              fmt::format("divioctl deploy -e {}", environment.key.environment.str()));
}

}  // namespace divio::controller
