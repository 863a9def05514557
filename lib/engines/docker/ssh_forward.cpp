#include "engines/docker/ssh_forward.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <chrono>
#include <condition_variable>
#include <fstream>
#include <iterator>
#include <mutex>
#include <optional>

#include "engines/docker/endpoint.hpp"
#include "engines/docker/ssh_words.hpp"
#include "support/try.hpp"
#include "system/companion.hpp"
#include "system/private_folder.hpp"

namespace divio::engines {
namespace {

using std::chrono::steady_clock;

// For everything: the name, jumps over other hosts, keys on a token that wants to be touched.
constexpr std::chrono::seconds connect_patience{60};
constexpr int tries_at_busy_servers = 3;
constexpr std::chrono::milliseconds pause_before_a_try{300};

// Only the end of what ssh wrote matters, and it may have been told to write a lot.
std::string end_of(const std::filesystem::path& log) {
  constexpr std::streamoff most = 65536;
  std::ifstream file(log, std::ios::binary | std::ios::ate);
  if (!file) return {};
  const std::streamoff size = file.tellg();
  file.seekg(size > most ? size - most : 0);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool was_written_lately(const std::filesystem::path& file) {
  std::error_code none;
  const auto at = std::filesystem::last_write_time(file, none);
  return !none && std::filesystem::file_time_type::clock::now() - at < std::chrono::seconds(5);
}

// Whether an engine answers at this socket. That somebody listens says nothing: a process that is being killed closes
// its connections in any order.
bool answers(const std::string& path) {
  constexpr std::string_view request = "GET /_ping HTTP/1.0\r\n\r\n";
  constexpr int at_most_ms = 10000;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const system::UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket || ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return false;
  if (::send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) return false;
  pollfd readable{socket.get(), POLLIN, 0};
  char byte = 0;
  return ::poll(&readable, 1, at_most_ms) == 1 && ::recv(socket.get(), &byte, 1, 0) == 1;
}

}  // namespace

struct SshForward::State {
  std::mutex mutex;
  std::condition_variable_any never;
  std::optional<system::PrivateFolder> folder;
  std::optional<system::Companion> ssh;
  int connections = 0;                   // made so far
  steady_clock::time_point failed_at{};  // when the last attempt failed, and how
  Error failure{};

  [[nodiscard]] std::string socket() const { return folder->path() / "engine.sock"; }
  [[nodiscard]] std::filesystem::path log() const { return folder->path() / "ssh.log"; }
  [[nodiscard]] bool running() const { return ssh && ssh->running(); }

  // With `mutex` held:
  Result<void> connect(const SshAddress& address, const std::string& program, const std::stop_token& stop);
  Result<void> connect_once(const SshAddress& address, const std::string& program, const std::stop_token& stop);
  Result<void> rest(std::chrono::milliseconds pause, const SshAddress& address, const std::stop_token& stop);
};

Result<void> SshForward::State::rest(std::chrono::milliseconds pause, const SshAddress& address,
                                     const std::stop_token& stop) {
  std::mutex own;
  std::unique_lock lock(own);
  never.wait_for(lock, stop, pause, [] { return false; });
  if (!stop.stop_requested()) return {};
  return fail(ErrorCode::cancelled, fmt::format("cancelled: connect to {} by ssh", destination_of(address)));
}

Result<void> SshForward::State::connect_once(const SshAddress& address, const std::string& program,
                                             const std::stop_token& stop) {
  ssh.reset();
  std::error_code ignored;
  std::filesystem::remove(socket(), ignored);
  std::filesystem::remove(log(), ignored);
  DIVIO_ASSIGN(ssh, system::Companion::start({program, forward_arguments(address, socket()), log(), folder->path()}));
  const auto deadline = steady_clock::now() + connect_patience;
  while (!std::filesystem::exists(socket(), ignored)) {
    if (!ssh->running()) return Failure(no_ssh_connection(address, end_of(log())));
    if (steady_clock::now() > deadline) return Failure(no_ssh_connection(address, "timed out"));
    DIVIO_CHECK(rest(std::chrono::milliseconds(5), address, stop));
  }
  ++connections;
  return {};
}

Result<void> SshForward::State::connect(const SshAddress& address, const std::string& program,
                                        const std::stop_token& stop) {
  if (!folder) {
    DIVIO_ASSIGN(folder, system::PrivateFolder::make("divioctl"));
  }
  for (int tries = 1;; ++tries) {
    auto connected = connect_once(address, program, stop);
    if (connected || stop.stop_requested() || tries == tries_at_busy_servers || !may_be_busy(end_of(log()))) {
      if (!connected) ssh.reset();
      return connected;
    }
    DIVIO_CHECK(rest(pause_before_a_try, address, stop));
  }
}

SshForward::SshForward(SshAddress address, std::string program)
    : address_(std::move(address)), program_(std::move(program)), state_(std::make_unique<State>()) {}

SshForward::~SshForward() = default;

Result<system::Way> SshForward::open(const std::stop_token& stop) {
  const auto asked_at = steady_clock::now();
  const std::lock_guard lock(state_->mutex);
  if (!state_->running()) {
    if (state_->failed_at > asked_at) return Failure(state_->failure);
    auto connected = state_->connect(address_, program_, stop);
    if (!connected && connected.error().code != ErrorCode::cancelled) {
      state_->failed_at = steady_clock::now();
      state_->failure = connected.error();
    }
    if (!connected) return Failure(std::move(connected).error());
  }
  const auto intact = [self = shared_from_this(), connection = state_->connections] {
    const auto same = [&] {
      const std::lock_guard held(self->state_->mutex);
      return self->state_->connections == connection && self->state_->running();
    };
    return same() && answers(self->state_->socket()) && same();
  };
  return system::Way{state_->socket(), intact};
}

Error SshForward::explain(const system::TransportFailure& failure) {
  const std::lock_guard lock(state_->mutex);
  const bool alive = state_->running();
  if (!state_->folder || failure.timed_out) return no_answer(std::string(ssh_scheme) + address_.host, failure);
  const auto log = end_of(state_->log());
  if (!alive) return broken_way(address_, log, false);
  if (log.find("open failed") != std::string::npos && was_written_lately(state_->log()))
    return broken_way(address_, log, true);
  return no_answer(std::string(ssh_scheme) + destination_of(address_), failure);
}

}  // namespace divio::engines
