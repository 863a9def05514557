#include "controller/console.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "controller/instances.hpp"
#include "controller/migrations.hpp"
#include "controller/observe.hpp"
#include "controller/outcome.hpp"
#include "controller/services.hpp"
#include "model/roles.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::controller {
namespace {

using namespace std::chrono_literals;

constexpr auto grace_of_a_run = 10s;
constexpr int patience_ms = 200;  // how long a stop or a resized window may go unnoticed

Result<void> write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail(ErrorCode::cancelled, "nobody reads the output any more");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

// Moves bytes both ways until the command's output ends.
class Pump {
 public:
  Pump(ports::Session& session, const Console& console) : session_(session), console_(console), input_(console.input) {}

  Result<int> run(const std::stop_token& stop) {
    if (input_ < 0) DIVIO_CHECK(session_.close_input());
    while (!stop.stop_requested()) {
      DIVIO_CHECK(follow_window());
      DIVIO_CHECK(wait());
      DIVIO_TRY(more, forward_output());
      if (!more) return session_.exit_code();
    }
    return fail(ErrorCode::cancelled, "the command was left running");
  }

 private:
  Result<void> follow_window() {
    if (!console_.terminal || !console_.size) return {};
    const auto size = console_.size();
    if (size == size_ || size.first <= 0) return {};
    size_ = size;
    // A command that has just ended has no window.
    [[maybe_unused]] const auto resized = session_.resize(size.first, size.second);
    return {};
  }

  Result<void> wait() {
    std::array<pollfd, 2> watched{{{session_.poll_descriptor(), POLLIN, 0}, {input_, POLLIN, 0}}};
    ::poll(watched.data(), watched.size(), patience_ms);
    return (watched[1].revents & (POLLIN | POLLHUP | POLLERR)) != 0 ? forward_input() : Result<void>{};
  }

  Result<void> forward_input() {
    std::array<char, 16384> buffer;
    const auto got = ::read(input_, buffer.data(), buffer.size());
    if (got > 0) return session_.write({buffer.data(), static_cast<std::size_t>(got)});
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) return {};
    input_ = -1;
    return session_.close_input();
  }

  // False at the end.
  Result<bool> forward_output() {
    while (true) {
      auto chunk = session_.read(0ms);
      if (!chunk && chunk.error().code == ErrorCode::timed_out) return true;
      if (!chunk) return Failure(chunk.error());
      if (!*chunk) return false;
      DIVIO_CHECK(write_all((*chunk)->output == ports::Output::err ? console_.error : console_.output, (*chunk)->bytes));
    }
  }

  ports::Session& session_;
  const Console& console_;
  int input_;
  std::pair<int, int> size_{0, 0};
};

Result<std::string> find_instance(Runtime& runtime, const model::EnvironmentKey& key, const std::string& asked) {
  const auto name = asked.empty() ? std::string("web") : asked;
  DIVIO_TRY(seen, observe(runtime, key));
  std::vector<std::string> known;
  for (const auto& instance : seen.instances) {
    const bool meant = instance.name == name || instance.process == name;
    if (meant && instance.state == planning::SeenInstance::State::running) return instance.name;
    known.push_back(instance.name);
    if (std::ranges::find(known, instance.process) == known.end()) known.push_back(instance.process);
  }
  const auto near = nearest(name, known);
  return fail(ErrorCode::not_found, fmt::format("no instance of '{}' runs in {}", name, key.stem()),
              near && *near != name ? fmt::format("did you mean '{}'?", *near)
                                    : fmt::format("divioctl status -e {} shows what runs", key.environment.str()));
}

Result<std::vector<ports::Container>> all_runs(Runtime& runtime, const model::EnvironmentKey& key) {
  auto labels = environment_labels(runtime, key);
  labels[std::string(model::label::role)] = model::role::one_off;
  return runtime.engine.containers().list(labels);
}

bool is_over(const ports::Container& command) {
  using enum ports::ContainerState;
  return command.state == exited || command.state == removing || command.state == dead;
}

// Once the container is there: whoever hands the environment over from now on finds it, and whoever has done so before is known.
Result<void> check_is_here(Runtime& runtime, const model::EnvironmentKey& key) {
  DIVIO_CHECK(check_not_handed_over(runtime.store, key));
  DIVIO_TRY(environment, need_environment(runtime, key));
  if (environment.region != runtime.region.name) return fail(ErrorCode::conflict, fmt::format("{} was moved to region {} meanwhile", key.stem(), environment.region.str()), "run this again");
  return check_set(runtime.store, key, runtime.generations);
}

}  // namespace

Result<int> exec(Runtime& runtime, const model::EnvironmentKey& key, const ExecRequest& request, const Console& console,
                 std::stop_token stop) {
  DIVIO_CHECK(need_environment(runtime, key));
  DIVIO_TRY(instance, find_instance(runtime, key, request.instance));
  return exec_in(runtime, instance, {.command = request.command, .user = request.user}, console, std::move(stop));
}

Result<int> exec_in(Runtime& runtime, const std::string& container, ports::ExecSpec spec, const Console& console,
                    std::stop_token stop) {
  spec.terminal = console.terminal;
  spec.open_input = console.input >= 0;
  DIVIO_TRY(session, runtime.engine.streams().exec(container, spec));
  return Pump(*session, console).run(stop);
}

Result<int> run(Runtime& runtime, const model::EnvironmentKey& key, const RunRequest& request, const Console& console,
                std::stop_token stop) {
  DIVIO_TRY(environment, need_environment(runtime, key));
  DIVIO_TRY(serving, need_release(runtime, environment));
  auto release = std::move(serving);
  if (request.release != 0) {
    DIVIO_TRY(asked, runtime.store.releases().release(key, request.release));
    if (!asked)
      return fail(ErrorCode::not_found, fmt::format("{} has no release {}", key.stem(), request.release),
                  fmt::format("divioctl releases -e {} lists them", key.environment.str()));
    release = std::move(*asked);
  }
  auto spec = one_off_spec(runtime, release, request.command);
  DIVIO_CHECK(provide_services(runtime, release, spec));
  spec.terminal = console.terminal;
  spec.open_input = console.input >= 0;
  DIVIO_TRY(id, runtime.engine.containers().create(spec));
  const auto run_there = [&]() -> Result<int> {
    DIVIO_CHECK(check_is_here(runtime, key));
    DIVIO_TRY(session, runtime.engine.streams().attach_and_start(id, console.terminal));
    return Pump(*session, console).run(stop);
  };
  auto code = run_there();
  DIVIO_CHECK(runtime.engine.containers().remove(id));
  return code;
}

Result<std::vector<ports::Container>> runs(Runtime& runtime, const model::EnvironmentKey& key) {
  DIVIO_TRY(found, all_runs(runtime, key));
  std::erase_if(found, is_over);
  return found;
}

Result<void> remove_ended_runs(Runtime& runtime, const model::EnvironmentKey& key) {
  DIVIO_TRY(found, all_runs(runtime, key));
  for (const auto& one : found)
    if (is_over(one)) DIVIO_CHECK(runtime.engine.containers().remove(one.id));
  return {};
}

Result<std::vector<std::string>> end_runs(Runtime& runtime, const model::EnvironmentKey& key) {
  DIVIO_TRY(found, runs(runtime, key));
  std::vector<std::string> names;
  for (const auto& one : found) {
    const bool running = one.state != ports::ContainerState::created;
    const auto ended = running ? runtime.engine.containers().stop(one.id, grace_of_a_run) : runtime.engine.containers().remove(one.id);
    if (!ended && ended.error().code != ErrorCode::not_found) return Failure(ended.error());
    if (running) names.push_back(one.name);
  }
  return names;
}

}  // namespace divio::controller
