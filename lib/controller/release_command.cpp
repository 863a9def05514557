#include "controller/release_command.hpp"

#include <fmt/format.h>

#include <deque>

#include "controller/instances.hpp"
#include "controller/line_splitter.hpp"
#include "controller/services.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::controller {
namespace {

constexpr std::size_t lines_in_error = 10;

// Whether the command has been run to a good end already; makes and starts its container where there is none.
Result<bool> find_or_start(Work& work, const planning::RunReleaseCommand& step) {
  auto& containers = work.runtime.engine.containers();
  auto existing = containers.inspect(step.container);
  if (existing && existing->state == ports::ContainerState::running) return false;
  if (existing && existing->state == ports::ContainerState::exited && existing->exit_code == 0) return true;
  if (existing) DIVIO_CHECK(containers.remove(step.container));
  auto spec = release_command_spec(work.runtime, *work.release, step);
  DIVIO_CHECK(provide_services(work.runtime, *work.release, spec));
  DIVIO_TRY(id, containers.create(spec));
  DIVIO_CHECK(containers.start(id));
  return false;
}

Error failure(const planning::RunReleaseCommand& step, int code, const std::deque<std::string>& lines) {
  std::string hint = "nothing that serves was changed";
  if (!lines.empty()) {
    hint += "; its last output:";
    for (const auto& line : lines) hint += "\n  " + line;
  }
  return {ErrorCode::failed, fmt::format("the release command '{}' ended with exit code {}", step.command, code), hint, {}};
}

}  // namespace

Result<void> run_release_command(Work& work, const planning::RunReleaseCommand& step) {
  auto& containers = work.runtime.engine.containers();
  DIVIO_TRY(done, find_or_start(work, step));
  if (done) return {};
  std::deque<std::string> last;
  const auto id = planning::step_id(step);
  LineSplitter splitter([&](const std::string& line) {
    work.run.tell(Line{id, line});
    last.push_back(line);
    if (last.size() > lines_in_error) last.pop_front();
  });
  const auto sink = [&](ports::Output, std::string_view bytes) { splitter.add(bytes); };
  const auto followed = work.runtime.engine.streams().logs(step.container, {.follow = true}, sink, work.stop);
  splitter.finish();
  auto code = followed ? containers.wait(step.container, work.stop) : Result<int>(Failure(followed.error()));
  if (!code) {
    if (code.error().code == ErrorCode::cancelled) DIVIO_CHECK(containers.remove(step.container));
    return Failure(code.error());
  }
  if (*code != 0) return Failure(failure(step, *code, last));
  return {};
}

}  // namespace divio::controller
