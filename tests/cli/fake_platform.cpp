// A Platform that needs no engine and no catalogue: every answer is fixed, so that tests of the command line see what it
// asks and how it shows what it gets. Linked instead of the library's own.
//
// FAKE_FAILURE=deploy makes that call fail; FAKE_RECORD=FILE gets a line for each call with what was asked.
// FAKE_STATE is the state of the environment, without problems but for FAKE_PROBLEM.
#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <thread>

#include "cli/fake_calls.hpp"
#include "divio/platform.hpp"
#include "divio/version.hpp"
#include "wire/request_fields.hpp"
#include "wire/request_json.hpp"

namespace divio {

using namespace fake;

namespace {

bool waited(const std::stop_token& stop, std::chrono::milliseconds time) {
  const auto until = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < until) {
    if (stop.stop_requested()) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

// A rollout of two steps. FAKE_SECONDS makes the first one last.
Result<RolloutOutcome> rollout(const std::string& call, const Target& target, const std::string& request,
                               const CallOptions& options, std::string outcome) {
  record(call, target, request);
  if (auto good = ready(call); !good) return Failure(good.error());
  const PlanMade plan{"01op", {{"Build", {{"build", "build the image"}}}, {"Start", {{"start-1", "start shop-test-web-r4-1"}}}}};
  RolloutOutcome result{"01op", 4, "divio/shop:abc", "3f2a91c0d1e2f3a4b5c6", true, std::move(outcome),
                        "http://shop-test.localhost", plan};
  if (options.dry_run) {
    result.outcome = "planned";
    result.operation.clear();
    return result;
  }
  const auto tell = [&](const Event& event) { if (options.listener) options.listener(event); };
  tell(plan);
  tell(StepBegan{"build", "build the image"});
  tell(Line{"build", "Step 1/2 : FROM scratch"});
  const auto seconds = variable_of("FAKE_SECONDS");
  if (!seconds.empty() && !waited(options.stop, std::chrono::seconds(std::stoi(seconds))))
    return fail(ErrorCode::cancelled, "deploy was cancelled", "divioctl operation resume 01op");
  tell(StepEnded{"build", 1.5, std::nullopt, "image reused"});
  tell(StepBegan{"start-1", "start shop-test-web-r4-1"});
  tell(StepEnded{"start-1", 0.4, std::nullopt, ""});
  return result;
}

// Copies input to output, as `cat` in a container would. It waits in poll(), since the thread sanitizer keeps a signal
// back until the function that it arrives in has returned.
int echo(const Console& console) {
  char buffer[4096];
  while (console.input >= 0) {
    pollfd waiting{console.input, POLLIN, 0};
    if (poll(&waiting, 1, 100) <= 0) continue;
    const auto count = read(console.input, buffer, sizeof buffer);
    if (count <= 0) break;
    if (write(console.output, buffer, static_cast<std::size_t>(count)) != count) break;
    if (console.terminal && buffer[0] == 'q') break;
  }
  return 7;
}

}  // namespace

struct PlatformParts {};

std::string_view version() noexcept { return "0.0.0"; }
std::string default_home() { return "/nowhere"; }
Result<Settings> settings_from_environment() { return Settings{}; }

Platform::Platform(std::unique_ptr<PlatformParts> parts) : parts_(std::move(parts)) {}
Platform::Platform(Platform&&) noexcept = default;
Platform& Platform::operator=(Platform&&) noexcept = default;
Platform::~Platform() = default;

Result<Platform> Platform::open(const Settings&) {
  if (variable_of("FAKE_FAILURE") == "throw") throw std::runtime_error("something nobody thought of");
  if (auto good = ready("open"); !good) return Failure(good.error());
  return Platform(std::make_unique<PlatformParts>());
}

Result<BuildOutcome> Platform::build(const Target& target, const BuildRequest& request, const CallOptions&) {
  record("build", target, wire::to_json(request));
  return BuildOutcome{"01op", "divio/shop:abc", "sha256:1234", "3f2a91c0d1e2f3a4b5c6", true};
}

Result<RolloutOutcome> Platform::deploy(const Target& t, const DeployRequest& r, const CallOptions& o) {
  return rollout("deploy", t, wire::to_json(r), o, "deployed");
}
Result<RolloutOutcome> Platform::scale(const Target& t, const ScaleRequest& r, const CallOptions& o) {
  return rollout("scale", t, wire::to_json(r), o, "changed");
}
Result<RolloutOutcome> Platform::rollback(const Target& t, const RollbackRequest& r, const CallOptions& o) {
  return rollout("rollback", t, wire::to_json(r), o, "deployed");
}
Result<RolloutOutcome> Platform::restart(const Target& t, const RestartRequest& r, const CallOptions& o) {
  return rollout("restart", t, wire::to_json(r), o, "changed");
}
Result<RolloutOutcome> Platform::stop(const Target& t, const StopRequest& r, const CallOptions& o) {
  return rollout("stop", t, wire::to_json(r), o, "changed");
}
Result<RolloutOutcome> Platform::start(const Target& t, const StartRequest& r, const CallOptions& o) {
  return rollout("start", t, wire::to_json(r), o, "unchanged");
}
Result<RolloutOutcome> Platform::destroy(const Target& t, const DestroyRequest& r, const CallOptions& o) {
  return rollout("destroy", t, wire::to_json(r), o, "changed");
}

Result<std::vector<RolloutOutcome>> Platform::reconcile(const Target& target, const ReconcileRequest& request,
                                                        const CallOptions& options) {
  auto outcome = rollout("reconcile", target, wire::to_json(request), options, "changed");
  if (!outcome) return Failure(outcome.error());
  return std::vector{*outcome};
}

Result<StatusView> Platform::status(const Target& target) {
  record("status", target);
  if (auto good = ready("status"); !good) return Failure(good.error());
  StatusView status;
  status.project = "shop";
  status.environment = target.environment;
  status.region = "local";
  status.url = "http://shop-test.localhost";
  status.release = 4;
  status.commit = "3f2a91c0d1e2f3a4b5c6";
  status.branch = "develop";
  status.image = "divio/shop:abc";
  status.state = "degraded";
  status.processes["web"] = {2, 2, 1};
  status.instances = {
      {"shop-test-web-r4-1", "web", 4, "running", "passing", "2026-11-22T20:15:58.123Z", 0, ""},
      {"shop-test-web-r4-2", "web", 4, "running", "failing", "2026-11-22T20:16:58.123Z", 3, "answers 503"}};
  status.problems = {"one instance of web is not well"};
  if (const auto state = variable_of("FAKE_STATE"); !state.empty()) {
    status.state = state;
    status.problems.clear();
  }
  if (const auto problem = variable_of("FAKE_PROBLEM"); !problem.empty()) status.problems = {problem};
  return status;
}

Result<std::vector<ReleaseView>> Platform::releases(const Target& target) {
  record("releases", target);
  return std::vector<ReleaseView>{{4, "active", "divio/shop:abc", "", "3f2a91c0d1e2f3a4b5c6", "develop", "Add prices",
                                   "2026-11-22T20:15:58.123Z", "ann@box", "", true}};
}

Result<void> Platform::logs(const Target& target, const LogsRequest& request, std::stop_token stop,
                            const std::function<void(const std::string&, const std::string&)>& line) {
  record("logs", target, wire::to_json(request));
  line("shop-test-web-r4-1", "GET / 200");
  line("shop-test-web-r4-2", "GET /x 404");
  while (request.follow && !stop.stop_requested()) {
    line("shop-test-web-r4-1", "still here");
    waited(stop, std::chrono::milliseconds(20));
  }
  return {};
}

Result<int> Platform::exec(const Target& target, const ExecRequest& request, const Console& console, const CallOptions&) {
  record("exec", target, wire::to_json(request));
  return echo(console);
}

Result<int> Platform::run(const Target& target, const RunRequest& request, const Console& console, const CallOptions&) {
  record("run", target, wire::to_json(request));
  return echo(console);
}

Result<std::vector<VariableView>> Platform::variables(const Target&) {
  return std::vector<VariableView>{{"API_KEY", std::string(Secret::redacted), true}, {"SITE_NAME", "Shop", false}};
}

Result<Secret> Platform::variable(const Target&, const std::string& name) {
  if (name == "API_KEY") return Secret("open sesame");
  if (name == "SITE_NAME") return Secret("Shop");
  return fail(ErrorCode::not_found, "there is no variable '" + name + "'");
}

// Records lengths only where the variable is secret, and the value elsewhere.
Result<void> Platform::set_variables(const Target& target, const std::vector<VariableSetRequest>& requests) {
  for (const auto& request : requests)
    record("set", target, request.name + "=" + (request.secret ? "secret of " + std::to_string(request.value.reveal().size())
                                                               : request.value.reveal()));
  return {};
}

Result<void> Platform::unset_variables(const Target& target, const std::vector<std::string>& names) {
  for (const auto& name : names) record("unset", target, name);
  return {};
}

Result<std::vector<ProjectView>> Platform::projects() {
  return std::vector<ProjectView>{{"shop", "webshop", "/srv/shop", {{"test", "local", "http://shop-test.localhost", 4, false}}}};
}

Result<ProjectView> Platform::project(const Target& target) {
  record("project", target);
  return ProjectView{"shop", "webshop", "/srv/shop", {{"test", "local", "http://shop-test.localhost", 4, false}}};
}

Result<std::vector<OperationView>> Platform::operations(const Target& target, int limit) {
  record("operations", target, std::to_string(limit));
  return std::vector<OperationView>{{"01op", "deploy", "shop", "test", "2026-11-22T20:15:58.123Z", "", "running", "", "ann@box"}};
}

Result<OperationDetails> Platform::operation(const std::string& id) {
  return OperationDetails{{id, "deploy", "shop", "test", "2026-11-22T20:15:58.123Z", "2026-11-22T20:16:58.123Z",
                           "succeeded", "release 4 serves", "ann@box"},
                          {{"2026-11-22T20:15:59.000Z", "step-began", "build", "{}"}}};
}

Result<RolloutOutcome> Platform::resume(const std::string& id, const CallOptions& options) {
  return rollout("resume", {}, id, options, "deployed");
}

Result<std::string> Platform::init(const Target& target, const InitRequest& request) {
  record("init", target, wire::to_json(request));
  return target.directory + "/divio.yaml";
}

std::vector<Finding> Platform::doctor(const Target&) {
  std::vector<Finding> findings{{Finding::Level::good, "engine", "Docker 20.10 answers", ""}};
  if (variable_of("FAKE_FAILURE") == "doctor")
    findings.push_back({Finding::Level::bad, "ingress", "port 80 is taken", "set DIVIOCTL_INGRESS_PORT"});
  return findings;
}

std::vector<std::string> Platform::application_names() { return {"webshop"}; }
std::vector<std::string> Platform::project_names() { return {"blog", "shop"}; }
std::vector<std::string> Platform::environment_names(const Target&) { return {"live", "test"}; }
std::vector<std::string> Platform::process_names(const Target& target) {
  if (target.environment == "live") return {"web", "worker"};
  return {"web"};
}
std::vector<std::string> Platform::release_numbers(const Target&) { return {"4", "3"}; }
std::vector<std::string> Platform::operation_ids() { return {"01op"}; }

}  // namespace divio
