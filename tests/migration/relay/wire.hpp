// What goes over this machine's links, the test hosts' among them, as long as this lives. Needs root.
#pragma once

#include <mutex>
#include <string>
#include <thread>

namespace divio::test {

class Wire {
 public:
  Wire();
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  // Everything so far, packet after packet.
  [[nodiscard]] std::string heard() const;

 private:
  int socket_ = -1;
  mutable std::mutex mutex_;
  std::string heard_;
  std::jthread listener_;
};

}  // namespace divio::test
