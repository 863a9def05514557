// What a FakeEngine knows, shared by its parts. `mutex` guards everything; `changed` is notified after every change.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>

#include "fakes/fake_engine.hpp"
#include "fakes/fake_registry.hpp"
#include "fakes/subnet.hpp"
#include "fakes/tar.hpp"

namespace divio::fakes {

struct LogEntry {
  ports::Output output;
  std::string bytes;
  model::TimePoint at;
};

struct FakeContainer {
  ports::ContainerSpec spec;
  ports::Container seen;  // id, name, state, ...
  Run run;
  std::string dynamic_address;
  std::map<std::string, std::vector<std::string>> connected;  // further networks, and its names there
  std::vector<LogEntry> log;
  Files files;
  int runs = 0;  // how often it was started
};

struct FakeNetwork {
  ports::NetworkSpec spec;
  ports::Network seen;
  Subnet subnet;
  Subnet dynamic;
};

struct EngineFault {
  std::string call;  // empty: any
  int left;          // fires when it has been counted down to 0
  Error error;
  bool after;  // the effect happens, the answer is lost
};

struct World {
  mutable std::mutex mutex;
  std::condition_variable_any changed;
  bool dead = false;
  std::string architecture = "amd64";
  std::uint64_t memory_bytes = std::uint64_t{4} << 30;
  std::chrono::milliseconds clock_ahead{0};
  long made = 0;                                    // counts ids
  std::map<std::string, FakeContainer> containers;  // by id
  std::vector<StoredImage> images;
  std::map<std::string, FakeImage> registry;
  std::shared_ptr<FakeRegistry> shared_registry;
  std::map<std::string, FakeNetwork> networks;   // by name
  std::map<std::string, model::Labels> volumes;  // by name
  std::map<std::string, Files> volume_files;     // what was put there; paths from the volume's root
  std::map<std::string, model::TimePoint> volume_times;  // when they were made
  BuildBehaviour build;
  std::vector<EngineFault> faults;
  std::vector<RecordedCall> calls;
  CallHook hook;

  // Carries out one call: records it, lets faults strike, and runs `act` with the lock held.
  template <class Act>
  auto call(const std::string& name, const std::string& subject, Act&& act) -> decltype(act()) {
    announce(name, subject);
    const std::lock_guard lock(mutex);
    std::optional<Error> lost;
    remove_transient();
    if (auto struck = record(name, subject, lost); !struck) return Failure(std::move(struck).error());
    auto result = act();
    changed.notify_all();
    if (lost) return Failure(std::move(*lost));
    return result;
  }

  void announce(const std::string& name, const std::string& subject);  // the hook, without the lock
  // With the lock held:
  void remove_transient();  // what the engine removes by itself
  [[nodiscard]] Result<void> record(const std::string& name, const std::string& subject, std::optional<Error>& lost);
  [[nodiscard]] FakeContainer* find_container(const std::string& id_or_name);
  [[nodiscard]] Result<FakeContainer*> container(const std::string& id_or_name, std::string_view doing);
  [[nodiscard]] StoredImage* find_image(const std::string& name_or_id);
  [[nodiscard]] std::string new_id();
  // The file at this path of a container, in its volume where one is mounted there: those that hold it, and its name in it.
  struct Place {
    Files& files;
    std::string path;
  };
  [[nodiscard]] Place place_of(FakeContainer& container, const std::string& path);
  std::string store_image(const std::string& name, FakeImage image);
  // Starts it: takes an address, runs its behaviour.
  [[nodiscard]] Result<void> start(FakeContainer& container);
  void end(FakeContainer& container, int code);
};

[[nodiscard]] Error dead_engine();
[[nodiscard]] model::TimePoint now();
using model::carries;
[[nodiscard]] inline bool is_up(ports::ContainerState state) {
  return state == ports::ContainerState::running || state == ports::ContainerState::restarting ||
         state == ports::ContainerState::paused;
}
// The fixed address, or the one it was given while it runs; empty if it has none.
[[nodiscard]] const std::string& address_of(const FakeContainer& container);

[[nodiscard]] std::unique_ptr<ports::Containers> make_fake_containers(World& world);
[[nodiscard]] std::unique_ptr<ports::Streams> make_fake_streams(World& world);
[[nodiscard]] std::unique_ptr<ports::Images> make_fake_images(World& world);
[[nodiscard]] std::unique_ptr<ports::Networks> make_fake_networks(World& world);
[[nodiscard]] std::unique_ptr<ports::Volumes> make_fake_volumes(World& world);

}  // namespace divio::fakes
