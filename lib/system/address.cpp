#include "system/address.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>

#include <array>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace divio::system {

Result<std::string> ipv4_of(const std::string& host) {
  addrinfo wish{};
  wish.ai_family = AF_INET;
  wish.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failed = getaddrinfo(host.c_str(), nullptr, &wish, &found);
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> list(found, [](addrinfo* first) { if (first != nullptr) freeaddrinfo(first); });
  if (failed != 0 || !list)
    return fail(ErrorCode::not_found, fmt::format("{} has no IPv4 address: {}", host, gai_strerror(failed)),
                "give the region's ingress an address: divioctl region set REGION --address ADDRESS");
  sockaddr_in address{};
  static_assert(sizeof(address) <= sizeof(sockaddr_storage));
  address = *reinterpret_cast<const sockaddr_in*>(list->ai_addr);  // AF_INET was asked for
  std::array<char, INET_ADDRSTRLEN> text{};
  inet_ntop(AF_INET, &address.sin_addr, text.data(), text.size());
  return std::string(text.data());
}

std::vector<std::string> ipv4_of(const std::vector<std::string>& hosts, std::chrono::milliseconds patience) {
  struct Found {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<std::string> addresses;
    std::size_t answered = 0;
  };
  const auto found = std::make_shared<Found>();
  found->addresses.resize(hosts.size());
  for (std::size_t i = 0; i < hosts.size(); ++i)
    std::thread([found, host = hosts[i], i] {
      auto address = ipv4_of(host);
      const std::scoped_lock lock(found->mutex);
      if (address) found->addresses[i] = *std::move(address);
      ++found->answered;
      found->changed.notify_all();
    }).detach();
  std::unique_lock lock(found->mutex);
  found->changed.wait_for(lock, patience, [&] { return found->answered == hosts.size(); });
  return found->addresses;
}

}  // namespace divio::system
