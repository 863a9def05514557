#include "migration/cut_over_history.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "migration/attempt.hpp"
#include "migration/cut_over_events.hpp"

namespace divio::migration::testing {
namespace {

using namespace std::chrono_literals;

// Whoever carries it out is killed.
struct Death {};

constexpr int longest_wait_in_storm = 60, longest_wait = 1000;

class Timepiece final : public ports::Clock {
 public:
  explicit Timepiece(Events& events) : events_(events) {}
  model::TimePoint now() const override { return model::TimePoint{} + std::chrono::milliseconds(10) * events_.moments; }
  bool sleep(std::chrono::milliseconds, std::stop_token) override {
    events_.live();
    return true;
  }

 private:
  Events& events_;
};

// The two regions, as somebody far away reaches them.
class FarSides final : public migration::Sides {
 public:
  FarSides(Events& events, Attempt attempt) : events_(events), attempt_(attempt) {}

  Result<SeenCutOver> look() override {
    events_.live();
    perhaps_die();
    for (const std::size_t region : {0U, 1U}) remember(region);
    if (is_lost(20)) return no_answer();
    auto seen = migration::testing::look(events_.world, attempt_.number, attempt_.source);
    mislead(seen);
    return seen;
  }

  Result<Decision> decision() override {
    return look().map([](const SeenCutOver& seen) { return seen.decision; });
  }

  Result<void> act(const std::vector<CutOverStep>& steps, std::stop_token) override {
    for (const auto& step : steps) {
      auto done = act(step);
      if (!done) return done;
    }
    return {};
  }

 private:
  static Failure no_answer() { return fail(ErrorCode::unreachable, "there was no answer"); }
  bool is_lost(unsigned one_in) { return events_.weather == Weather::stormy && (events_.chance(one_in) || (events_.world.cut && events_.chance(3))); }
  void perhaps_die() {
    if (events_.weather == Weather::stormy && events_.chance(60)) throw Death{};
  }

  // A call may be lost on its way, come through much later, be made twice, or be done without an answer.
  Result<void> act(const CutOverStep& step) {
    const bool holding = events_.world.regions[attempt_.source].holding == attempt_.number;
    if (attempt_.flaw == Flaw::release_before_open && step.act == Act::open && holding) return {};
    for (const auto& effect : effects_of(step, attempt_)) {
      events_.live();
      perhaps_die();
      if (is_broken_off(step)) return no_answer();
      if (is_lost(30)) return no_answer();
      if (is_lost(25)) return events_.late.push_back(effect), no_answer();
      if (!effect(events_.world)) return fail(ErrorCode::conflict, "the attempt is over");
      if (is_lost(30) && !effect(events_.world)) return fail(ErrorCode::conflict, "the attempt is over");
      if (is_lost(30)) return no_answer();
    }
    for (int waited = 0; !is_done(events_.world, step, attempt_); ++waited) {
      if (is_broken_off(step)) return no_answer();
      if (waited > (events_.weather == Weather::calm ? longest_wait : longest_wait_in_storm)) return fail(ErrorCode::timed_out, "it takes too long");
      events_.live();
      perhaps_die();
    }
    return {};
  }

  // A server that was started anew knows nothing of who talked with the one before it.
  bool is_broken_off(const CutOverStep& step) {
    if (step.prefix.empty()) return false;
    bool broken = false;
    for (const std::size_t region : {0U, 1U})
      if (talks_with(region, step.act)) broken = remember(region, std::stoul(step.prefix)) || broken;
    return broken;
  }

  [[nodiscard]] bool talks_with(std::size_t region, Act act) const {
    const bool from_only = act == Act::fence || act == Act::unfence || act == Act::become_replica;
    const bool to_only = act == Act::suspend || act == Act::resume || act == Act::open;
    return region == attempt_.source ? !to_only : !from_only;
  }

  void remember(std::size_t region) {
    for (std::size_t service = 0; service < events_.world.services.size(); ++service) (void)remember(region, service);
  }
  // Whether it was another one.
  bool remember(std::size_t region, std::size_t service) {
    const auto starts = events_.world.regions[region].data[service].starts;
    return std::exchange(starts_[region][service], starts) != starts;
  }

  void mislead(SeenCutOver& seen) const {
    const auto flaw = attempt_.flaw;
    const auto& regions = events_.world.regions;
    for (auto& service : seen.services) {
      const auto index = std::stoul(service.prefix);
      const auto length = [&](std::size_t region) { return regions[region].data[index].log.size(); };
      if (flaw == Flaw::proven_before_disk && service.fence == Fence::up) service.proven = service.proven || length(0) == length(1);
      if (flaw == Flaw::commit_before_fence) service.fence = Fence::up;
      if (flaw == Flaw::no_marker) service.proven = true;
      if (flaw == Flaw::way_back_before_fence && service.way_back != WayBack::following)
        service.fence = Fence::up, service.proven = service.settled = true, service.stream = Stream::suspended;
    }
  }

  Events& events_;
  Attempt attempt_;
  std::array<std::array<int, 2>, 2> starts_{};  // by region and service, of the server that was talked with last
};

struct History {
  Events events;
  int legs_wanted = 1;  // 1: to the target; 2: and back
  int legs_done = 0;
  int deaths = 0;
  bool attempt_goes_on = false;

  [[nodiscard]] bool goes_on() const {
    return legs_done < legs_wanted && events.attempts.size() < 60 && events.moments < 20'000 && events.world.broken_promises.empty();
  }

  void live_on() {
    while (goes_on()) {
      if (!attempt_goes_on) begin_attempt();
      try {
        carry_out();
      } catch (const Death&) {
        ++deaths;
        for (auto quiet = events.below(40); quiet > 0; --quiet) events.live();
      }
    }
  }

 private:
  void begin_attempt() {
    const auto number = static_cast<int>(events.attempts.size()) + 1;
    events.attempts.push_back({number, legs_done == 0 ? 0U : 1U, events.world.services.size(), events.flaw});
    attempt_goes_on = true;
  }

  void carry_out() {
    Timepiece clock(events);
    FarSides sides(events, events.attempts.back());
    std::stop_source stop;
    if (events.weather == Weather::stormy && events.chance(8)) stop.request_stop();
    migration::AttemptLimits limits{events.weather == Weather::stormy ? 100ms + 30ms * events.below(100) : 60s, 5s};
    const auto ended = migration::carry_out_attempt(sides, clock, limits, {}, stop.get_token());
    if (!ended) return;  // what is decided stands; it is tried again
    attempt_goes_on = false;
    if (ended->decision == Decision::committed) ++legs_done;
  }
};

}  // namespace

Told live_through(unsigned long long number, Weather weather, Flaw flaw) {
  std::mt19937_64 random(number);
  constexpr std::array following{Carriage::changes, Carriage::changes, Carriage::replica}, all{Carriage::changes, Carriage::replica, Carriage::copy};
  std::vector<Carriage> services{following[random() % following.size()]};
  if (random() % 3 == 0) services.push_back(all[random() % all.size()]);
  const bool back = random() % 2 == 0 && std::ranges::find(services, Carriage::copy) == services.end();
  History history{{random, World(services), weather, flaw}, back ? 2 : 1};
  for (auto before = history.events.below(40); before > 0; --before) history.events.live();
  history.live_on();
  auto& world = history.events.world;
  const auto attempts = static_cast<int>(history.events.attempts.size());
  if (world.broken_promises.empty()) {
    history.events.come_to_rest();
    if (history.legs_done < history.legs_wanted) world.broken_promises.push_back("it never comes to its end");
    else world.check_at_rest(history.legs_done % 2 == 1 ? 1 : 0);
  }
  if (world.broken_promises.empty() && weather == Weather::calm && attempts != history.legs_wanted)
    world.broken_promises.push_back("an attempt failed though nothing went wrong");
  return {world.broken_promises.empty() ? std::string() : world.broken_promises.front(),
          static_cast<int>(world.acknowledged.size()), attempts, history.deaths, history.legs_done == 2};
}

}  // namespace divio::migration::testing
