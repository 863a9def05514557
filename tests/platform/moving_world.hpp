// Two regions, an environment that moves between them, its visitors, and whoever moves it: he may die at any call, of an engine, of
// an ingress or of the catalogue, whose disk then loses what was not synced; answers get lost. It knows which promises are broken.
//
// Time is the world's own: who sleeps for less than some seconds lets it pass, who sleeps for longer waits until it has passed.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "fakes/power_cut.hpp"
#include "platform/several_regions.hpp"

namespace divio::tests {

// Safe from any thread.
class WorldTime {
 public:
  [[nodiscard]] std::chrono::milliseconds passed() const { return std::chrono::milliseconds(passed_.load()); }
  void pass(std::chrono::milliseconds time);
  // False: it was asked to stop.
  bool sleep(std::chrono::milliseconds time, std::stop_token stop);

 private:
  std::atomic<long long> passed_{0};
  std::mutex mutex_;
  std::condition_variable_any changed_;
};

class MovingWorld : public SeveralRegions {
 public:
  using Command = std::function<Result<MigrationView>(Platform&, const CallOptions&)>;

  // shop/live, with a worker, serves in region local; eu is empty.
  explicit MovingWorld(unsigned long long number, fakes::Disk disk = fakes::Disk::honest);

  std::mt19937_64 random;
  std::vector<std::string> broken_promises;
  int deaths = 0;

  [[nodiscard]] bool chance(unsigned one_in) { return random() % one_in == 0; }

  // As a process of its own. 0: it lives; else it dies at so many calls from now on. `stormy`: a call may fail, or its answer be lost.
  Result<MigrationView> run(const Command& command, int dies_at, bool stormy);

  // Afterwards nobody sleeps any more, and guards have done what was theirs.
  void let_time_pass(std::chrono::milliseconds time);

  // What the environment's visitors get at the ingress of a region: "served by eu", "waits", or what is wrong.
  [[nodiscard]] std::string visit(const std::string& region);
  // Whoever comes where it ever served has to be served or to wait.
  void check_visitors(const std::string& when);
  void check_workers(const std::string& when);

  // Of the environment, in a region: names of containers, networks and volumes.
  [[nodiscard]] std::vector<std::string> things_in(const std::string& region);

 private:
  void called(bool may_fail, const std::function<void(const Error&, bool lost_answer)>& fail);
  void die();
  void watch_engine(const std::string& endpoint);
  void watch_ingress(const std::string& region);
  [[nodiscard]] std::string visit(const std::string& region, int hops);
  [[nodiscard]] bool runs_worker(const std::string& region);

  WorldTime time_;
  model::EnvironmentKey key_;
  std::mutex mutex_;
  bool running_ = false;
  bool stormy_ = false;
  bool dead_ = false;
  int calls_ = 0;
  int dies_at_ = 0;
  bool left_ = false;  // eu has served, so there are visitors too
  fakes::PowerCut power_;
};

}  // namespace divio::tests
