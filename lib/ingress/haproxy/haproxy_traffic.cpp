#include "ingress/haproxy/haproxy_traffic.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ingress/haproxy/haproxy_decisions.hpp"
#include "ingress/haproxy/proxy.hpp"
#include "ingress/haproxy/render.hpp"
#include "ingress/haproxy/state_json.hpp"
#include "ingress/haproxy/tables.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::ingress {
namespace {

constexpr std::string_view forwards_table = "forwards.map";
constexpr std::string_view trusted_table = "trusted.map";

std::string_view file_of(std::string_view table) {
  return table == forwards_table ? forwards_file : trusted_file;
}

Result<void> set_for_hosts(Agent& agent, std::string_view table, const model::EnvironmentKey& key,
                           const std::string& value) {
  DIVIO_TRY(hosts, hosts_of(agent, key));
  DIVIO_CHECK(agent.call("set", set_payload(table, hosts, {{}, value, table_key(key)})));
  return {};
}

Result<void> clear(Agent& agent, std::string_view table, const std::string& key) {
  DIVIO_CHECK(agent.call("set", set_payload(table, {}, {{}, {}, key})));
  return {};
}

Result<void> follow_hosts_in(Agent& agent, std::string_view table, const model::Routes& routes) {
  DIVIO_TRY(text, agent.read(file_of(table)));
  const auto lines = parse_table(text);
  const auto own = table_key(routes.key);
  const auto mine = std::ranges::find(lines, own, &TableLine::key);
  std::vector<std::string> hosts;
  for (const auto& line : lines) {
    if (line.key == own) hosts.push_back(line.host);
  }
  if (mine != lines.end() && hosts != routes.hosts)
    DIVIO_CHECK(agent.call("set", set_payload(table, routes.hosts, {{}, mine->value, own})));
  for (const auto& line : lines) {
    if (line.key != own && std::ranges::find(routes.hosts, line.host) != routes.hosts.end())
      DIVIO_CHECK(clear(agent, table, line.key));
  }
  return {};
}

Result<ports::TrafficState> look(Agent& agent, const model::EnvironmentKey& key) {
  ports::TrafficState state;
  DIVIO_CHECK(hosts_of(agent, key));
  DIVIO_TRY(forwards, agent.read(forwards_file));
  const auto lines = parse_table(forwards);
  const auto mine = std::ranges::find(lines, table_key(key), &TableLine::key);
  if (mine != lines.end()) state.forward = parse_forward(mine->value);
  if (state.forward && state.forward->to == ports::ForwardTo::own) state.forward.reset();
  DIVIO_TRY(workers, see_workers(agent));
  for (const auto& worker : workers.all) {
    const auto name = worker.old ? fmt::format("@!{}", worker.process) : std::string("@1");
    DIVIO_TRY(answers, agent.command({name + " show stat -1 2 -1", name + " divio holds", fmt::format("{} show table {}", name, upgraded_table)}));
    // In this order one that ends in between is counted as a request, and no request as one that was upgraded.
    state.in_flight += requests_in_flight(answers[0], backend_prefix(key));
    state.upgraded += upgraded_connections(answers[2], backend_prefix(key));
    const auto held = parse_holds(answers[1], table_key(key));
    if (!held) continue;
    state.holds = true;
    state.waiting += held->waiting;
    state.held = std::max(state.held, held->held);
    state.left = std::max(state.left, held->left);
  }
  return state;
}

// As the verbs take it.
Result<std::string> attempt_word(const std::string& attempt) {
  if (attempt.empty()) return "-";
  DIVIO_CHECK(check_id(attempt));
  return attempt;
}

class HaproxyTraffic final : public ports::Traffic {
 public:
  explicit HaproxyTraffic(Talk talk) : talk_(std::move(talk)), decisions_(make_decisions(talk_)) {}

  Result<void> hold(const model::EnvironmentKey& key, const ports::HoldBounds& bounds) override {
    DIVIO_CHECK(check_bounds(bounds));
    DIVIO_TRY(attempt, attempt_word(bounds.attempt));
    return talk_(Needs::proxy, [&](Agent& agent) -> Result<void> {
      DIVIO_TRY(hosts, hosts_of(agent, key));
      DIVIO_TRY(said, agent.call("hold", fmt::format("{} {} {} {} {}", table_key(key), bounds.until.count(), bounds.waiting,
                                                     attempt, join(hosts, " "))));
      if (said.empty()) return {};
      return fail(ErrorCode::conflict, fmt::format("the migration {} is decided: no requests wait for it", bounds.attempt));
    });
  }

  Result<void> release(const model::EnvironmentKey& key, const std::string& attempt) override {
    DIVIO_TRY(whose, attempt_word(attempt));
    return talk_(Needs::proxy, [&](Agent& agent) -> Result<void> {
      DIVIO_CHECK(agent.call("release", fmt::format("{} {}", table_key(key), whose)));
      return {};
    });
  }

  Result<ports::TrafficState> state(const model::EnvironmentKey& key) override {
    ports::TrafficState state;
    DIVIO_CHECK(talk_(Needs::proxy, [&](Agent& agent) -> Result<void> {
      DIVIO_ASSIGN(state, look(agent, key));
      return {};
    }));
    return state;
  }

  Result<void> forward(const model::EnvironmentKey& key, const ports::Forward& where) override {
    DIVIO_CHECK(check_forward(where));
    return talk_(Needs::files,
                 [&](Agent& agent) { return set_for_hosts(agent, forwards_table, key, forward_value(where)); });
  }

  Result<void> unforward(const model::EnvironmentKey& key) override {
    return talk_(Needs::files, [&](Agent& agent) { return clear(agent, forwards_table, table_key(key)); });
  }

  Result<void> trust(const model::EnvironmentKey& key, const Secret& token) override {
    DIVIO_CHECK(check_token(token));
    return talk_(Needs::files,
                 [&](Agent& agent) { return set_for_hosts(agent, trusted_table, key, trust_value(token)); });
  }

  Result<void> distrust(const model::EnvironmentKey& key) override {
    return talk_(Needs::files, [&](Agent& agent) { return clear(agent, trusted_table, table_key(key)); });
  }

  ports::Decisions& decisions() override { return *decisions_; }

 private:
  Talk talk_;
  std::unique_ptr<ports::Decisions> decisions_;
};

}  // namespace

Result<std::vector<std::string>> hosts_of(Agent& agent, const model::EnvironmentKey& key) {
  DIVIO_TRY(state, agent.read(state_file));
  DIVIO_TRY(all, read_state(state));
  if (const auto found = all.find(key); found != all.end()) return found->second.hosts;
  DIVIO_TRY(forwards, agent.read(forwards_file));
  std::vector<std::string> hosts;
  for (const auto& line : parse_table(forwards)) {
    if (line.key == table_key(key)) hosts.push_back(line.host);
  }
  if (!hosts.empty()) return hosts;
  return fail(ErrorCode::not_found,
              fmt::format("the ingress has no routes of {} ({})", key.project.str(), key.environment.str()),
              "deploy it into this region first");
}

std::unique_ptr<ports::Traffic> make_traffic(Talk talk) {
  return std::make_unique<HaproxyTraffic>(std::move(talk));
}

Result<void> follow_hosts(Agent& agent, const model::Routes& routes) {
  DIVIO_CHECK(follow_hosts_in(agent, forwards_table, routes));
  return follow_hosts_in(agent, trusted_table, routes);
}

}  // namespace divio::ingress
