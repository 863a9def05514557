#include "ingress/haproxy/proxy.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ingress/haproxy/render.hpp"
#include "support/try.hpp"

namespace divio::ingress {
namespace {

constexpr std::string_view show_stat = "show stat -1 6 -1";  // backends and servers

// What is left when everything was carried out: servers that HAProxy would not delete yet.
bool is_settled(const Changes& changes) {
  return !changes.reload && std::ranges::all_of(changes.changes, [](const Change& change) {
    return std::holds_alternative<DeleteServer>(change);
  });
}

Result<bool> carry_out(Agent& agent, std::string_view worker, const std::vector<Change>& changes) {
  std::vector<Request> all;
  std::vector<const Change*> change_of;
  for (const auto& change : changes) {
    for (auto& request : requests(change, worker)) {
      all.push_back(std::move(request));
      change_of.push_back(&change);
    }
  }
  DIVIO_TRY(answers, agent.ask(all));
  bool done = true;
  for (std::size_t i = 0; i < all.size(); ++i) done = done && carried_out(*change_of[i], answers[i]);
  return done;
}

bool has_new_worker(const Workers& before, const Workers& now) {
  return std::ranges::any_of(now.all, [&](const Worker& worker) {
    return !worker.old && std::ranges::find(before.all, worker.process, &Worker::process) == before.all.end();
  });
}

void add_sessions(RunningBackends& to, const RunningBackends& from) {
  for (const auto& [name, servers] : from) {
    auto& all = to[name];
    for (const auto& server : servers) {
      const auto same = std::ranges::find_if(all, [&](const RunningServer& other) {
        return other.address == server.address && instance_of(other.name) == instance_of(server.name);
      });
      if (same != all.end())
        same->sessions += server.sessions;
      else if (server.sessions > 0)
        all.push_back(server), all.back().maintenance = true;
    }
  }
}

}  // namespace

Result<Workers> see_workers(Agent& agent) {
  DIVIO_TRY(answers, agent.command({"show proc"}));
  return parse_processes(answers.front());
}

Result<Running> see(Agent& agent) {
  DIVIO_TRY(answers, agent.command(
                         {"@1 show info", fmt::format("@1 {}", show_stat), fmt::format("@1 show map {}", hosts_file)}));
  Running running;
  running.fingerprint = parse_description(answers[0]);
  if (running.fingerprint.empty()) return running;
  DIVIO_ASSIGN(running.backends, parse_stat(answers[1]));
  running.hosts = parse_map(answers[2]);
  return running;
}

Result<void> reload(Agent& agent, ports::Clock& clock) {
  constexpr std::chrono::milliseconds pause{10};
  constexpr std::chrono::seconds at_most{30};
  DIVIO_TRY(before, see_workers(agent));
  DIVIO_CHECK(agent.command({"reload"}));
  for (auto waited = std::chrono::milliseconds(0); waited < at_most; waited += pause) {
    clock.sleep(pause, {});
    const auto now = see_workers(agent);
    if (!now && agent.broken()) return Failure(now.error());
    if (!now) continue;  // the master answers nobody while it starts itself anew
    if (now->failed_reloads > before.failed_reloads) {
      return fail(ErrorCode::failed, "HAProxy did not take its new configuration; it goes on with the old one",
                  "see the reason in the log of the ingress's container with docker logs");
    }
    if (!has_new_worker(before, *now)) continue;
    const auto running = see(agent);
    if (running && !running->fingerprint.empty()) return {};
  }
  return fail(ErrorCode::timed_out,
              "HAProxy did not take its new configuration within 30 s; it goes on with the old one",
              "see the log of the ingress's container with docker logs");
}

namespace {

Result<void> converge_current(Agent& agent, ports::Clock& clock, const Layout& wanted, const std::string& fingerprint) {
  DIVIO_TRY(running, see(agent));
  const auto changes = diff(running, wanted, fingerprint);
  if (changes.reload) return reload(agent, clock);
  if (changes.changes.empty()) return {};
  DIVIO_TRY(done, carry_out(agent, "@1", changes.changes));
  if (!done) return reload(agent, clock);
  DIVIO_TRY(now, see(agent));
  return is_settled(diff(now, wanted, fingerprint)) ? Result<void>{} : reload(agent, clock);
}

// They may end at any moment, and then do not answer.
Result<void> hand_over_replaced(Agent& agent, const Layout& wanted) {
  DIVIO_TRY(workers, see_workers(agent));
  for (const auto& worker : workers.all) {
    if (!worker.old) continue;
    const auto name = fmt::format("@!{}", worker.process);
    DIVIO_TRY(answers, agent.command({fmt::format("{} show map {}", name, hosts_file)}));
    DIVIO_CHECK(carry_out(agent, name, hand_over(parse_map(answers.front()), wanted)));
  }
  return {};
}

}  // namespace

Result<void> converge(Agent& agent, ports::Clock& clock, const Layout& wanted, const std::string& fingerprint) {
  DIVIO_CHECK(converge_current(agent, clock, wanted, fingerprint));
  return hand_over_replaced(agent, wanted);
}

Result<RunningBackends> see_sessions(Agent& agent) {
  DIVIO_TRY(workers, see_workers(agent));
  std::vector<std::string> lines{fmt::format("@1 {}", show_stat)};
  for (const auto& worker : workers.all) {
    if (worker.old) lines.push_back(fmt::format("@!{} {}", worker.process, show_stat));
  }
  DIVIO_TRY(answers, agent.command(lines));
  DIVIO_TRY(backends, parse_stat(answers.front()));
  for (std::size_t i = 1; i < answers.size(); ++i) {
    if (const auto of_old = parse_stat(answers[i])) add_sessions(backends, *of_old);  // it may have ended by now
  }
  return backends;
}

}  // namespace divio::ingress
