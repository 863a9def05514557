#include "migration/relay/wire.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <linux/if_ether.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>

namespace divio::test {

Wire::Wire() : socket_(::socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL))) {
  REQUIRE_MESSAGE(socket_ >= 0, "looking at packets needs root");
  const timeval patience{0, 100'000};
  REQUIRE(::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0);
  listener_ = std::jthread([this](const std::stop_token& stop) {
    std::array<char, 65536> packet{};
    while (!stop.stop_requested()) {
      const auto size = ::recv(socket_, packet.data(), packet.size(), 0);
      if (size <= 0) continue;
      const std::lock_guard lock(mutex_);
      heard_.append(packet.data(), static_cast<std::size_t>(size));
    }
  });
}

Wire::~Wire() {
  listener_.request_stop();
  listener_.join();
  ::close(socket_);
}

std::string Wire::heard() const {
  const std::lock_guard lock(mutex_);
  return heard_;
}

}  // namespace divio::test
