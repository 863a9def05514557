// S3 over a connection that breaks.
#include <doctest/doctest.h>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <thread>

#include "storage/storages.hpp"

using namespace divio;
using namespace divio::tests;

namespace {

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// Passes on to the S3 server what comes, and cuts connections after some bytes of answers, as often as it is told.
class BreakingRelay {
 public:
  BreakingRelay(int port, std::size_t bytes, int cuts) : bytes_(bytes), cuts_(cuts), server_(port) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto address = loopback(0);
    socklen_t size = sizeof address;
    REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(listener_, 64) == 0);
    REQUIRE(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this](const std::stop_token& stop) { accept_all(stop); });
  }
  ~BreakingRelay() {
    thread_.request_stop();
    thread_.join();
    connections_.clear();
    ::close(listener_);
  }
  BreakingRelay(const BreakingRelay&) = delete;
  BreakingRelay& operator=(const BreakingRelay&) = delete;

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] int cuts_left() const { return cuts_; }
  // Passes on no answers any more.
  void go_silent() { silent_ = true; }

 private:
  void accept_all(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      pollfd waiting{listener_, POLLIN, 0};
      if (::poll(&waiting, 1, 50) <= 0) continue;
      const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      connections_.emplace_back([this, client](const std::stop_token& ended) { relay(ended, client); });
    }
  }

  void relay(const std::stop_token& stop, int client) {
    const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto address = loopback(server_);
    std::size_t passed = 0;
    bool open = ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    while (open && !stop.stop_requested()) {
      std::array<pollfd, 2> both{{{client, POLLIN, 0}, {server, POLLIN, 0}}};
      if (::poll(both.data(), both.size(), 50) <= 0) continue;
      if (both[0].revents != 0) open = pass(client, server) > 0;
      if (!open || both[1].revents == 0) continue;
      if (silent_) break;
      const auto count = pass(server, client);
      open = count > 0;
      passed += open ? static_cast<std::size_t>(count) : 0;
      if (passed > bytes_ && cuts_.fetch_sub(1) > 0) open = false;
    }
    ::close(server);
    ::close(client);
  }

  static ssize_t pass(int from, int to) {
    std::array<char, 65536> buffer;
    const auto count = ::read(from, buffer.data(), buffer.size());
    for (ssize_t sent = 0; sent < count;) {
      const auto more = ::send(to, buffer.data() + sent, static_cast<std::size_t>(count - sent), MSG_NOSIGNAL);
      if (more <= 0) return 0;
      sent += more;
    }
    return count;
  }

  std::size_t bytes_;
  std::atomic<int> cuts_;
  std::atomic<bool> silent_ = false;
  int server_;
  int listener_ = -1;
  int port_ = 0;
  std::vector<std::jthread> connections_;
  std::jthread thread_;
};

std::unique_ptr<ports::ObjectStorage> through(const BreakingRelay& relay) {
  auto settings = s3_server().settings();
  settings.endpoint = "http://127.0.0.1:" + std::to_string(relay.port());
  auto opened = storage::open_s3(settings);
  REQUIRE(opened);
  return std::move(*opened);
}

}  // namespace

TEST_CASE("a download goes on where its connection was cut") {
  const auto ground = s3_ground();
  const auto bytes = noise(12'000'000, 1);
  REQUIRE(ground->storage->put("long", writer_of(bytes), {}));
  const BreakingRelay relay(std::stoi(s3_server().port()), 2'000'000, 4);
  const auto got = get_all(*through(relay), "long");
  REQUIRE_MESSAGE(got, (got ? "" : got.error().message));
  CHECK((*got == bytes));
  CHECK(relay.cuts_left() <= 0);
}

TEST_CASE("an upload survives answers that are lost") {
  const auto ground = s3_ground();
  const auto bytes = noise(30'000'000, 2);
  const BreakingRelay relay(std::stoi(s3_server().port()), 0, 3);
  const auto stored = through(relay)->put("up", writer_of(bytes), {});
  REQUIRE_MESSAGE(stored, (stored ? "" : stored.error().message));
  CHECK((get_all(*ground->storage, "up") == bytes));
  CHECK(relay.cuts_left() <= 0);
}

TEST_CASE("a storage that is gone in the middle is an error, not a wait without end") {
  const auto ground = s3_ground();
  REQUIRE(ground->storage->put("long", writer_of(noise(5'000'000, 3)), {}));
  BreakingRelay relay(std::stoi(s3_server().port()), 0, 0);
  const auto storage = through(relay);
  std::size_t got_bytes = 0;
  const auto got = storage->get("long", {}, [&](std::string_view bytes) -> Result<void> {
    got_bytes += bytes.size();
    relay.go_silent();
    return {};
  }, {});
  REQUIRE_FALSE(got);
  CHECK(got.error().code == ErrorCode::unreachable);
  CHECK(got_bytes > 0);
  CHECK(got_bytes < 5'000'000);
}
