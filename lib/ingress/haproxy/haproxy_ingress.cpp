#include "ingress/haproxy/haproxy_ingress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <mutex>

#include "ingress/haproxy/access_log.hpp"
#include "ingress/haproxy/change_lease.hpp"
#include "ingress/haproxy/container.hpp"
#include "ingress/haproxy/haproxy_traffic.hpp"
#include "ingress/haproxy/proxy.hpp"
#include "ingress/haproxy/state_json.hpp"
#include "support/try.hpp"

namespace divio::ingress {
namespace {

Files files_of(const AllRoutes& routes, const Frame& frame) {
  auto rendered = render(lay_out(routes), frame);
  return {std::move(rendered.config), std::move(rendered.hosts), write_state(routes)};
}

Result<AllRoutes> remembered(Agent& agent) {
  DIVIO_TRY(text, agent.read(state_file));
  return read_state(text);
}

// Writes the files if they are not in force yet.
Result<void> put_if_other(Agent& agent, const Files& files, bool check) {
  DIVIO_TRY(config, agent.read(config_file));
  DIVIO_TRY(state, agent.read(state_file));
  DIVIO_TRY(hosts, agent.read(hosts_file));
  if (config == files.config && state == files.state && hosts == files.hosts) return {};
  return agent.put(files, check);
}

model::TargetStatus status_of(const model::RouteTarget& target, const std::string& prefix,
                              const RunningBackends& backends) {
  model::TargetStatus status{.instance = target.instance, .check = {}};
  const auto address = fmt::format("{}:{}", target.address, target.port);
  for (auto found = backends.lower_bound(prefix); found != backends.end() && found->first.starts_with(prefix);
       ++found) {
    for (const auto& server : found->second) {
      if (instance_of(server.name) != target.instance || server.address != address) continue;
      status.sessions += server.sessions;
      if (server.maintenance) continue;
      status.health = health_of(server.check);
      status.check = server.check;
      status.http_status = server.http_status;
    }
  }
  return status;
}

class HaproxyIngress final : public ports::Ingress {
 public:
  HaproxyIngress(Surroundings with, Options options)
      : with_(std::move(with)),
        options_(std::move(options)),
        frame_(frame_of(options_)),
        fingerprint_(fingerprint(frame_)),
        traffic_(make_traffic([this](Needs needs, const auto& act) { return talk(needs, act); })) {}

  void prepare() override;
  Result<ports::IngressState> state() override;
  Result<void> ensure(const std::function<void(std::string_view)>& line, std::stop_token stop) override;
  Result<std::optional<model::Routes>> routes(const model::EnvironmentKey& key) override;
  Result<void> apply(const model::Routes& routes) override;
  Result<void> forget(const model::EnvironmentKey& key) override;
  Result<std::vector<model::TargetStatus>> targets(const model::EnvironmentKey& key) override;
  Result<std::vector<ports::LoggedRequest>> requests(const std::vector<std::string>& hosts, model::TimePoint since) override {
    return logged_requests(with_.engine, object_name(options_.region), hosts, since);
  }
  Result<void> remove() override;
  ports::Traffic& traffic() override { return *traffic_; }

 private:
  using Found = std::optional<ports::Container>;
  static bool is_running(const Found& found) { return found && found->state == ports::ContainerState::running; }

  // Calls `act` with the program in the running container; once more with a new conversation if that broke.
  template <class Act>
  auto with_agent(Act act) -> decltype(act(std::declval<Agent&>())) {
    for (int attempt = 0;; ++attempt) {
      if (!agent_ || agent_->broken()) {
        DIVIO_ASSIGN(agent_, join());
      }
      auto result = act(*agent_);
      if (!agent_->broken() || attempt == 1) return result;
    }
  }

  // The same, or without a running proxy with the program in a container of its own.
  template <class Act>
  auto with_files(const Found& found, Act act) -> decltype(act(std::declval<Agent&>())) {
    if (is_running(found)) return with_agent(act);
    DIVIO_TRY(files, FilesAgent::start(with_.engine, options_));
    return act(files->agent());
  }

  [[nodiscard]] bool is_talking() const { return agent_ && !agent_->broken(); }
  Result<AllRoutes> all_routes();
  Result<std::unique_ptr<Agent>> join_running() const;
  Result<std::unique_ptr<Agent>> join();
  Result<void> put_and_converge(Agent& agent, const AllRoutes& routes);
  Result<void> refresh(Agent& agent);
  Result<void> talk(Needs needs, const std::function<Result<void>(Agent&)>& act);

  std::mutex mutex_;
  Surroundings with_;
  Options options_;
  Frame frame_;
  std::string fingerprint_;
  std::unique_ptr<ports::Traffic> traffic_;
  std::unique_ptr<Agent> agent_;
  std::future<Result<std::unique_ptr<Agent>>> joining_;  // of prepare(); the last member, since it uses the others
};

Result<std::unique_ptr<Agent>> HaproxyIngress::join_running() const {
  DIVIO_TRY(found, find_container(with_.engine, options_));
  if (!found) {
    return fail(ErrorCode::not_found, fmt::format("region {} has no ingress", options_.region),
                "deploy an environment into it, or run divioctl reconcile");
  }
  if (!is_running(found)) {
    return fail(ErrorCode::failed, fmt::format("the ingress of region {} does not run", options_.region),
                "run divioctl reconcile to start it");
  }
  return join_agent(with_.engine, options_);
}

// What has failed meanwhile may go well now.
Result<std::unique_ptr<Agent>> HaproxyIngress::join() {
  if (joining_.valid()) {
    if (auto joined = joining_.get()) return joined;
  }
  return join_running();
}

void HaproxyIngress::prepare() {
  const std::scoped_lock lock(mutex_);
  if (agent_ || joining_.valid()) return;
  joining_ = std::async(std::launch::async, [this] { return join_running(); });
}

// Files first: should this process or the proxy end in between, the proxy comes back as it was meant to be.
Result<void> HaproxyIngress::put_and_converge(Agent& agent, const AllRoutes& routes) {
  const auto layout = lay_out(routes);
  DIVIO_TRY(running, see(agent));
  DIVIO_CHECK(put_if_other(agent, files_of(routes, frame_), diff(running, layout, fingerprint_).reload));
  return converge(agent, with_.clock, layout, fingerprint_);
}

Result<void> HaproxyIngress::refresh(Agent& agent) {
  DIVIO_TRY(routes, remembered(agent));
  return put_and_converge(agent, routes);
}

Result<ports::IngressState> HaproxyIngress::state() {
  const std::scoped_lock lock(mutex_);
  DIVIO_TRY(found, find_container(with_.engine, options_));
  ports::IngressState state{.present = found.has_value(), .running = is_running(found)};
  if (!state.running) return state;
  auto current = with_agent([&](Agent& agent) -> Result<bool> {
    DIVIO_TRY(routes, remembered(agent));
    DIVIO_TRY(config, agent.read(config_file));
    DIVIO_TRY(running, see(agent));
    return config == files_of(routes, frame_).config && running.fingerprint == fingerprint_;
  });
  DIVIO_ASSIGN(state.current, std::move(current));
  return state;
}

Result<void> HaproxyIngress::ensure(const std::function<void(std::string_view)>& line, std::stop_token stop) {
  const std::scoped_lock lock(mutex_);
  DIVIO_TRY(before, find_container(with_.engine, options_));
  if (!before) DIVIO_CHECK(ensure_image(with_.engine, options_.image, line, stop));
  DIVIO_TRY(lease, ChangeLease::take(with_, options_.region, "preparing the ingress", stop));
  DIVIO_TRY(found, find_container(with_.engine, options_));  // somebody else may have made it meanwhile
  if (is_running(found)) return with_agent([&](Agent& agent) { return refresh(agent); });
  agent_.reset();
  if (!found) {
    DIVIO_CHECK(with_.engine.volumes().create(object_name(options_.region),
                                              {{std::string(model::label::managed), options_.catalogue_id},
                                               {std::string(model::label::role), "ingress"},
                                               {std::string(model::label::region), options_.region}}));
  }
  DIVIO_CHECK(with_files(std::nullopt, [&](Agent& agent) -> Result<void> {
    DIVIO_TRY(routes, remembered(agent));
    return put_if_other(agent, files_of(routes, frame_), true);
  }));
  DIVIO_CHECK(lease->renew());
  DIVIO_ASSIGN(agent_, bring_up(with_, options_));
  return {};
}

// Asks the engine for the container only if there is no conversation with it yet: health is looked at many times a
// second.
Result<AllRoutes> HaproxyIngress::all_routes() {
  if (is_talking()) {
    auto all = remembered(*agent_);
    if (all || is_talking()) return all;
  }
  DIVIO_TRY(found, find_container(with_.engine, options_));
  if (!found) return AllRoutes{};
  return with_files(found, remembered);
}

Result<std::optional<model::Routes>> HaproxyIngress::routes(const model::EnvironmentKey& key) {
  const std::scoped_lock lock(mutex_);
  DIVIO_TRY(all, all_routes());
  const auto of_environment = all.find(key);
  if (of_environment == all.end()) return std::nullopt;
  return std::optional(of_environment->second);
}

Result<void> HaproxyIngress::apply(const model::Routes& routes) {
  const std::scoped_lock lock(mutex_);
  DIVIO_TRY(lease, ChangeLease::take(with_, options_.region, "routes of " + routes.key.stem(), {}));
  return with_agent([&](Agent& agent) -> Result<void> {
    DIVIO_TRY(all, remembered(agent));
    DIVIO_CHECK(check_routes(routes, all));
    all.insert_or_assign(routes.key, routes);
    if (!routes.key.is_beside()) DIVIO_CHECK(follow_hosts(agent, routes));
    return put_and_converge(agent, all);
  });
}

Result<void> HaproxyIngress::forget(const model::EnvironmentKey& key) {
  const std::scoped_lock lock(mutex_);
  DIVIO_TRY(lease, ChangeLease::take(with_, options_.region, "routes of " + key.stem(), {}));
  DIVIO_TRY(found, find_container(with_.engine, options_));
  if (!found) return {};
  DIVIO_CHECK(with_files(found, [&](Agent& agent) -> Result<void> {
    DIVIO_TRY(all, remembered(agent));
    if (all.erase(key) == 0) return {};
    if (is_running(found)) return put_and_converge(agent, all);
    return agent.put(files_of(all, frame_), true);
  }));
  DIVIO_TRY(after, find_container(with_.engine, options_));
  if (is_running(found) || !is_running(after)) return {};
  return with_agent([&](Agent& agent) { return refresh(agent); });  // the engine has started it meanwhile
}

Result<std::vector<model::TargetStatus>> HaproxyIngress::targets(const model::EnvironmentKey& key) {
  const std::scoped_lock lock(mutex_);
  std::vector<model::TargetStatus> statuses;
  DIVIO_TRY(all, all_routes());
  const auto of_environment = all.find(key);
  if (of_environment == all.end()) return statuses;
  RunningBackends backends;
  if (is_talking()) {
    DIVIO_ASSIGN(backends, with_agent(see_sessions));
  }
  for (const auto& target : of_environment->second.targets) {
    statuses.push_back(status_of(target, backend_prefix(key), backends));
  }
  return statuses;
}

Result<void> HaproxyIngress::talk(Needs needs, const std::function<Result<void>(Agent&)>& act) {
  const std::scoped_lock lock(mutex_);
  if (needs == Needs::proxy) return with_agent(act);
  if (is_talking()) {
    auto done = act(*agent_);
    if (done || is_talking()) return done;
  }
  DIVIO_TRY(found, find_container(with_.engine, options_));
  if (!found || is_running(found)) return with_agent(act);
  DIVIO_CHECK(with_files(found, act));
  // One that the engine has started meanwhile may have read its files before.
  DIVIO_TRY(after, find_container(with_.engine, options_));
  return is_running(after) ? with_agent(act) : Result<void>{};
}

Result<void> HaproxyIngress::remove() {
  const std::scoped_lock lock(mutex_);
  DIVIO_TRY(lease, ChangeLease::take(with_, options_.region, "removing the ingress", {}));
  agent_.reset();
  return remove_objects(with_.engine, options_);
}

}  // namespace

std::unique_ptr<ports::Ingress> make_haproxy_ingress(Surroundings surroundings, Options options) {
  return std::make_unique<HaproxyIngress>(std::move(surroundings), std::move(options));
}

}  // namespace divio::ingress
