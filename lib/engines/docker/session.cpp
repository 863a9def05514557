#include "engines/docker/session.hpp"

#include <fmt/format.h>

#include <deque>
#include <nlohmann/json.hpp>
#include <thread>

#include "engines/docker/frames.hpp"
#include "engines/docker/json.hpp"
#include "support/try.hpp"
#include "system/ready_signal.hpp"

namespace divio::engines {
namespace {

class DockerSession final : public ports::Session {
 public:
  DockerSession(Api& api, SessionOf of, std::unique_ptr<system::RawConnection> connection, system::ReadySignal ready)
      : api_(api),
        of_(std::move(of)),
        connection_(std::move(connection)),
        ready_(std::move(ready)),
        frames_(!of_.terminal) {
    tell_ready();
  }

  Result<std::optional<ports::Chunk>> read(std::chrono::milliseconds patience) override {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (chunks_.empty() && !ended_) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
      DIVIO_TRY(bytes, connection_->receive(std::max(left, std::chrono::milliseconds(0))));
      ended_ = !bytes;
      if (bytes) frames_.feed(*bytes, [this](ports::Output output, std::string_view text) { keep(output, text); });
    }
    std::optional<ports::Chunk> chunk;
    if (!chunks_.empty()) {
      chunk = std::move(chunks_.front());
      chunks_.pop_front();
    }
    tell_ready();
    return chunk;
  }

  Result<void> write(std::string_view bytes) override {
    auto sent = connection_->send(bytes);
    tell_ready();
    return sent;
  }

  Result<void> close_input() override { return connection_->close_sending(); }

  Result<void> resize(int rows, int columns) override {
    Call call{"POST", path("/resize"), "resize the terminal"};
    call.query = {{"h", std::to_string(rows)}, {"w", std::to_string(columns)}};
    DIVIO_TRY(ignored, api_.call(call));
    return {};
  }

  Result<int> exit_code() override {
    return of_.kind == SessionOf::Kind::container ? container_code() : command_code();
  }

  int poll_descriptor() const override { return ready_.descriptor(); }

 private:
  std::string path(const char* what) const {
    const auto* kind = of_.kind == SessionOf::Kind::container ? "containers" : "exec";
    return fmt::format("/{}/{}{}", kind, in_path(of_.id), what);
  }

  void keep(ports::Output output, std::string_view bytes) {
    if (chunks_.empty() || chunks_.back().output != output) chunks_.push_back({output, {}});
    chunks_.back().bytes += bytes;
  }

  void tell_ready() { ready_.set(!chunks_.empty() || connection_->has_kept()); }

  Result<int> container_code() {
    Call call{"POST", path("/wait"), fmt::format("wait for container '{}'", of_.id)};
    call.timeout = std::chrono::seconds(0);
    DIVIO_TRY(body, api_.call(call));
    DIVIO_TRY(answer, parse_answer(body, call.doing));
    return static_cast<int>(number(answer, "StatusCode"));
  }

  // The output ends a moment before the engine has noticed that the command ended; there is no call that waits for it.
  // A command that closed its output and goes on is waited for too.
  Result<int> command_code() {
    auto pause = std::chrono::milliseconds(1);
    while (true) {
      const Call call{"GET", path("/json"), "ask for the command's exit code"};
      DIVIO_TRY(body, api_.call(call));
      DIVIO_TRY(answer, parse_answer(body, call.doing));
      if (!truth(answer, "Running")) return static_cast<int>(number(answer, "ExitCode"));
      std::this_thread::sleep_for(pause);
      pause = std::min(pause * 2, std::chrono::milliseconds(200));
    }
  }

  Api& api_;
  SessionOf of_;
  std::unique_ptr<system::RawConnection> connection_;
  system::ReadySignal ready_;
  FrameReader frames_;
  std::deque<ports::Chunk> chunks_;
  bool ended_ = false;
};

}  // namespace

Result<std::unique_ptr<ports::Session>> make_session(Api& api, SessionOf of,
                                                     std::unique_ptr<system::RawConnection> connection) {
  DIVIO_TRY(ready, system::ReadySignal::over(connection->descriptor()));
  return std::make_unique<DockerSession>(api, std::move(of), std::move(connection), std::move(ready));
}

}  // namespace divio::engines
