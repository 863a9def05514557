#include "platform/moving_world.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "fakes/outcome.hpp"
#include "model/labels.hpp"
#include "model/roles.hpp"
#include "ports/decisions.hpp"
#include "system/clock.hpp"

namespace divio::tests {
namespace {

using namespace std::chrono_literals;

constexpr auto waits_for_others = 3s;
constexpr unsigned one_call_in = 120;  // fails, and as many lose their answer

// What the world itself looks at is nobody's call.
thread_local bool looking = false;

struct Looking {
  bool before = std::exchange(looking, true);
  Looking() = default;
  Looking(const Looking&) = delete;
  Looking& operator=(const Looking&) = delete;
  ~Looking() { looking = before; }
};

class WorldClock final : public ports::Clock {
 public:
  explicit WorldClock(WorldTime& time) : time_(time) {}
  [[nodiscard]] model::TimePoint now() const override { return real_->now() + time_.passed(); }
  bool sleep(std::chrono::milliseconds time, std::stop_token stop) override { return time_.sleep(time, std::move(stop)); }

 private:
  std::unique_ptr<ports::Clock> real_ = system::make_system_clock();
  WorldTime& time_;
};

std::string endpoint_of(const std::string& region) { return region == "local" ? local_endpoint : eu_endpoint; }
std::string address_of(const std::string& region) { return region == "local" ? "192.0.2.1" : "192.0.2.2"; }
std::string region_at(const std::string& address) { return address == address_of("local") ? "local" : "eu"; }

Error no_answer() { return {ErrorCode::unreachable, "there was no answer", {}, {}}; }

}  // namespace

void WorldTime::pass(std::chrono::milliseconds time) {
  const std::scoped_lock lock(mutex_);
  passed_ += time.count();
  changed_.notify_all();
}

bool WorldTime::sleep(std::chrono::milliseconds time, std::stop_token stop) {
  if (time < waits_for_others) {
    pass(time);
    return !stop.stop_requested();
  }
  std::unique_lock lock(mutex_);
  const auto due = passed() + time;
  return changed_.wait(lock, stop, [&] { return passed() >= due; });
}

MovingWorld::MovingWorld(unsigned long long number, fakes::Disk disk)
    : random(number), key_{must(model::ProjectName::parse("shop")), must(model::EnvironmentName::parse("live"))}, power_([this] { called(false, {}); }, disk) {
  clock = [this] { return std::make_unique<WorldClock>(time_); };
  add("eu", {.address = address_of("eu")});
  must(platform().set_region({.name = "local", .address = address_of("local")}));
  write("processes: {web: {}, worker: {}}\n");
  must(deploy());
  for (const std::string region : {"local", "eu"}) {
    watch_engine(endpoint_of(region));
    watch_ingress(region);
  }
}

void MovingWorld::watch_engine(const std::string& endpoint) {
  auto& here = engine(endpoint);
  here.on_call([this, &here](const std::string& call, const std::string&) {
    if (looking) return;
    called(true, [&](const Error& error, bool lost_answer) { lost_answer ? here.lose_answer(call, 1) : here.fail_call(call, 1, error); });
    check_visitors("before " + call);
  });
}

void MovingWorld::watch_ingress(const std::string& region) {
  auto& here = ingress(region);
  here.surround_with({.now = [this] { return std::chrono::steady_clock::time_point() + 1h + time_.passed(); },
                      .ask = [this](const ports::Elsewhere& where) {
                        const Looking look;
                        return ingress(region_at(where.address)).answer(where.token);
                      }});
  here.fail_with([this](const std::string&) -> Result<void> {
    if (looking) return {};
    Result<void> answer;
    called(true, [&](const Error& error, bool) { answer = Failure(error); });
    const std::scoped_lock lock(mutex_);
    return dead_ ? Failure(no_answer()) : answer;
  });
}

void MovingWorld::called(bool may_fail, const std::function<void(const Error&, bool lost_answer)>& fail) {
  bool dies = false, fails = false, lost = false;
  {
    const std::scoped_lock lock(mutex_);
    if (!running_ || dead_) return;
    dies = ++calls_ == dies_at_;
    lost = may_fail && stormy_ && chance(one_call_in);
    fails = lost || (may_fail && stormy_ && chance(one_call_in));
  }
  if (dies) return die();
  if (fails) fail(no_answer(), lost);
}

// Whatever he does from now on has no effect any more.
void MovingWorld::die() {
  const std::scoped_lock lock(mutex_);
  dead_ = true;
  ++deaths;
  power_.cut(random);
  for (const std::string region : {"local", "eu"}) engine(endpoint_of(region)).die();
}

Result<MigrationView> MovingWorld::run(const Command& command, int dies_at, bool stormy) {
  auto process = platform();
  {
    const std::scoped_lock lock(mutex_);
    running_ = true;
    stormy_ = stormy;
    calls_ = 0;
    dies_at_ = dies_at;
  }
  const CallOptions options{.listener = [this](const Event&) { check_visitors("at an event"); }, .lock_wait = 2s};
  auto result = command(process, options);
  const std::scoped_lock lock(mutex_);
  running_ = false;
  for (const std::string region : {"local", "eu"}) engine(endpoint_of(region)).forget_faults();
  return result;
}

void MovingWorld::let_time_pass(std::chrono::milliseconds time) {
  {
    const std::scoped_lock lock(mutex_);
    dead_ = false;
  }
  power_.restore();
  for (const std::string region : {"local", "eu"}) engine(endpoint_of(region)).revive();
  for (auto left = time; left > 0ms; left -= 1s) {
    time_.pass(1s);
    check_visitors("a while later");
  }
}

std::string MovingWorld::visit(const std::string& region) {
  const Looking look;
  return visit(region, 0);
}

std::string MovingWorld::visit(const std::string& region, int hops) {
  if (hops > 2) return "goes round";
  auto& here = ingress(region);
  const auto met = here.met_by_visitors(key_);
  if (met.holds) return "waits";
  if (met.forward) return visit(region_at(met.forward->address), hops + 1);
  const auto routes = must(here.routes(key_));
  const bool served = routes && std::ranges::any_of(routes->targets, [&](const auto& target) { return engine(endpoint_of(region)).listens(target.address, target.port); });
  return served ? "served by " + region : "nobody serves in " + region;
}

void MovingWorld::check_visitors(const std::string& when) {
  std::vector<std::string> regions{"local"};
  if (left_) regions.emplace_back("eu");
  for (const auto& region : regions) {
    const auto got = visit(region);
    if (got == "served by eu") left_ = true;
    if (got == "waits" || got.starts_with("served")) continue;
    const std::scoped_lock lock(mutex_);
    broken_promises.push_back(fmt::format("a visitor of {} {}: {}", region, when, got));
  }
}

bool MovingWorld::runs_worker(const std::string& region) {
  const Looking look;
  const auto found = must(engine(endpoint_of(region)).containers().list({{std::string(model::label::process), "worker"}, {std::string(model::label::environment), "live"}}));
  return std::ranges::any_of(found, [](const auto& one) { return one.state == ports::ContainerState::running; });
}

void MovingWorld::check_workers(const std::string& when) {
  if (runs_worker("local") && runs_worker("eu")) broken_promises.push_back("workers run in both regions " + when);
}

std::vector<std::string> MovingWorld::things_in(const std::string& region) {
  const Looking look;
  auto& here = engine(endpoint_of(region));
  const model::Labels of_it{{std::string(model::label::project), "shop"}, {std::string(model::label::environment), "live"}};
  std::vector<std::string> names;
  for (const auto& one : must(here.containers().list(of_it))) names.push_back("container " + one.name);
  for (const auto& one : must(here.networks().list(of_it))) names.push_back("network " + one.name);
  for (const auto& one : must(here.volumes().list(of_it))) names.push_back("volume " + one);
  std::ranges::sort(names);
  return names;
}

}  // namespace divio::tests
