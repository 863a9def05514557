// An engine in memory: quick, and with faults on demand. It keeps the promises of ports::Engine that the contract suite
// (tests/docker/engine_contract.hpp) checks against a real engine too.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "ports/engine.hpp"

namespace divio::fakes {

// What a container does once it is started.
struct Run {
  std::optional<int> exits_with = {};  // ends at once with this code; absent: runs until it is stopped
  std::string out = {};                // its log
  std::string err = {};
  std::set<std::uint16_t> listens = {};  // TCP ports it answers on, as long as it runs
  bool out_of_memory = false;            // ended by the kernel (with exits_with 137)
  bool ignores_sigterm = false;          // stop() ends it with SIGKILL: exit code 137 instead of 143
  bool reads_input = false;              // ends only once its input is closed, and writes that input to its output
};

// What a command run inside a container does. With open input it is asked once the input is closed.
struct Executed {
  int exit_code = 0;
  std::string out = {};
  std::string err = {};
};

using Behaviour = std::function<Run(const ports::ContainerSpec&)>;
using ExecBehaviour =
    std::function<Executed(const ports::Container&, const ports::ExecSpec&, const std::string& input)>;

struct FakeImage {
  model::Labels labels = {};
  std::string architecture = "amd64";
  std::vector<int> exposed_ports = {};
  std::uint64_t bytes = 1000;
  Behaviour behaviour = {};  // absent: runs until stopped, listening on the exposed ports
  ExecBehaviour exec = {};   // absent: every command succeeds without output
};

// Makes an image of a build: what its containers will do, or why it fails. May block until `stop` is requested.
using BuildBehaviour =
    std::function<Result<FakeImage>(const ports::BuildSpec&, const std::string& context,
                                    const std::function<void(std::string_view)>& line, std::stop_token)>;

// Gets each call's name ("containers.start") and subject (a name or id) before it is carried out, on the caller's
// thread, with no lock held: the place to change the world, to wait, or to end the process.
using CallHook = std::function<void(const std::string& call, const std::string& subject)>;

struct RecordedCall {
  std::string call;
  std::string subject;
  friend bool operator==(const RecordedCall&, const RecordedCall&) = default;
};

struct World;        // fake_world.hpp
class FakeRegistry;  // fake_registry.hpp

// Safe from several threads at once, the controls too.
class FakeEngine final : public ports::Engine {
 public:
  FakeEngine();
  ~FakeEngine() override;

  Result<ports::EngineInfo> info() override;
  ports::Containers& containers() override { return *containers_; }
  ports::Streams& streams() override { return *streams_; }
  ports::Images& images() override { return *images_; }
  ports::Networks& networks() override { return *networks_; }
  ports::Volumes& volumes() override { return *volumes_; }

  // What is there. add_image returns its id, and gives `name` to it if another image had that name.
  std::string add_image(const std::string& name, FakeImage image);
  void add_to_registry(const std::string& name, FakeImage image);  // what pull() finds
  void use_registry(std::shared_ptr<FakeRegistry> registry);       // the same, for names that begin with its host; and push()
  void on_build(BuildBehaviour behaviour);                         // absent: the image gets the default FakeImage

  void set_architecture(const std::string& name);  // amd64 otherwise
  void set_memory(std::uint64_t bytes);            // 4 GiB otherwise
  void set_clock_ahead(std::chrono::milliseconds time);

  void age_volume(const std::string& name, std::chrono::seconds by);  // as if it had been made that much earlier

  // What happens to a container (by id or name).
  void crash(const std::string& container, int code, bool out_of_memory = false);  // its restart policy holds
  void set_listening(const std::string& container, std::set<std::uint16_t> ports);
  // Whether a running container with this address answers on this port.
  [[nodiscard]] bool listens(const std::string& address, std::uint16_t port) const;

  // Faults. `call` is as in RecordedCall, or empty for any; the `nth` such call from now on (1: the next) fails.
  void fail_call(const std::string& call, int nth, Error error);
  // The same, but the call has its effect and only its answer is lost.
  void lose_answer(const std::string& call, int nth);
  void forget_faults();
  void die();     // every call is unreachable, and so are those that wait
  void revive();  // it answers again; its containers ran on
  void reboot();  // it answers again; what has no restart policy has exited, the rest runs
  void on_call(CallHook hook);

  [[nodiscard]] std::vector<RecordedCall> calls() const;
  [[nodiscard]] int count(const std::string& call) const;
  void forget_calls();

 private:
  std::unique_ptr<World> world_;
  std::unique_ptr<ports::Containers> containers_;
  std::unique_ptr<ports::Streams> streams_;
  std::unique_ptr<ports::Images> images_;
  std::unique_ptr<ports::Networks> networks_;
  std::unique_ptr<ports::Volumes> volumes_;
};

}  // namespace divio::fakes
