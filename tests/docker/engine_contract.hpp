// What every ports::Engine promises, as tests that run against the engine in memory and against a real one. Each
// program links the contract_*.cpp files and one ground_*.cpp, which says what engine they stand on.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ports/engine.hpp"

namespace divio::contract {

// An engine with an image to run, and names of this test's own. What was made under them is removed at the end.
class Ground {
 public:
  explicit Ground(std::unique_ptr<ports::Engine> engine);
  ~Ground();
  Ground(const Ground&) = delete;
  Ground& operator=(const Ground&) = delete;

  [[nodiscard]] ports::Engine& engine() { return *engine_; }
  [[nodiscard]] ports::Containers& containers() { return engine_->containers(); }
  [[nodiscard]] ports::Streams& streams() { return engine_->streams(); }
  [[nodiscard]] ports::Images& images() { return engine_->images(); }

  [[nodiscard]] std::string name(std::string_view what) const { return prefix_ + "-" + std::string(what); }
  [[nodiscard]] model::Labels labels() const { return {{"divio.contract", prefix_}}; }
  // Subnets 0 to 9 of this test's own: "10.x.y.0/24".
  [[nodiscard]] std::string subnet(int number) const;
  [[nodiscard]] std::string address(int number, int host) const;

  // A container of the image with this command.
  [[nodiscard]] ports::ContainerSpec container(std::string_view what, std::vector<std::string> command) const;
  // The same, created and started; its id.
  std::string run(std::string_view what, std::vector<std::string> command);

 private:
  void clean();
  std::unique_ptr<ports::Engine> engine_;
  std::string prefix_;
  int block_;  // of subnets
};

// Given by ground_fake.cpp or ground_docker.cpp.
[[nodiscard]] std::unique_ptr<Ground> open_ground();
inline constexpr const char* image = "debian:bookworm-slim";

// The commands that the contract runs; the engine in memory knows these and no others.
namespace command {
using Words = std::vector<std::string>;
inline const Words& sleep() {
  static const Words words{"sleep", "1000"};
  return words;
}
inline const Words& announce() {  // runs on after "started"
  static const Words words{"sh", "-c", "echo started; exec sleep 1000"};
  return words;
}
inline const Words& speak() {  // both outputs, exit code 3
  static const Words words{"sh", "-c", "echo to-out; echo to-err >&2; exit 3"};
  return words;
}
inline const Words& count() {
  static const Words words{"sh", "-c", "for i in 1 2 3 4 5; do echo line-$i; done"};
  return words;
}
inline const Words& copy() {  // input to output
  static const Words words{"cat"};
  return words;
}
inline const Words& find_itself() {  // exit code 0: 127.0.0.1 is an address of its own
  static const Words words{"grep", "-q", "127.0.0.1", "/proc/net/fib_trie"};
  return words;
}
inline const Words& greet() {
  static const Words words{"sh", "-c", "echo $GREETING from $PWD as $(id -un)"};
  return words;
}
}  // namespace command

// Everything a session gives until its end.
struct Heard {
  std::string out;
  std::string err;
};
Heard listen(ports::Session& session);

// What a container wrote so far.
Heard log_of(Ground& ground, const std::string& container, const ports::LogOptions& options = {});

// The promises of Images::build, for engines that have several ways to build.
void check_build(Ground& ground, ports::Images& images);
void check_failing_build(Ground& ground, ports::Images& images);
void check_cancelled_build(Ground& ground, ports::Images& images);
void check_broken_context(Ground& ground, ports::Images& images);

// A build whose context is this Dockerfile.
[[nodiscard]] ports::BuildSpec build_of(const Ground& ground, std::string_view name, const std::string& dockerfile);

// A registry that the ground's engine reaches, and has no login to.
class GroundRegistry {
 public:
  virtual ~GroundRegistry() = default;
  [[nodiscard]] virtual std::string host() const = 0;
  virtual void go_away() = 0;  // nothing answers there any more
};
enum class Login { none, wanted };
// Given by ground_fake.cpp or ground_docker.cpp.
[[nodiscard]] std::unique_ptr<GroundRegistry> open_registry(Ground& ground, Login login = Login::none);

// Fails the test with the error's words.
#define REQUIRE_OK(...)                                              \
  do {                                                               \
    const auto& require_ok = (__VA_ARGS__);                          \
    INFO((require_ok ? std::string() : require_ok.error().message)); \
    REQUIRE(require_ok.has_value());                                 \
  } while (false)

#define CHECK_CODE(code_, ...)                   \
  do {                                           \
    const auto& check_code = (__VA_ARGS__);      \
    CHECK_FALSE(check_code.has_value());         \
    if (!check_code) {                           \
      INFO(check_code.error().message);          \
      CHECK(check_code.error().code == (code_)); \
    }                                            \
  } while (false)

}  // namespace divio::contract
