// Keeps changes of a region's ingress by several processes apart.
#pragma once

#include <memory>
#include <string>

#include "divio/result.hpp"
#include "ingress/haproxy/haproxy_ingress.hpp"

namespace divio::ingress {

// A lease that is held until destruction. If the process dies, it runs out by itself.
class ChangeLease {
 public:
  // Waits for somebody else's to end, up to 35 s, then fails with conflict.
  [[nodiscard]] static Result<std::unique_ptr<ChangeLease>> take(const Surroundings& with, const std::string& region,
                                                                 const std::string& reason, std::stop_token stop);
  // Keeps it for a further 30 s.
  [[nodiscard]] Result<void> renew();
  ~ChangeLease();
  ChangeLease(const ChangeLease&) = delete;
  ChangeLease& operator=(const ChangeLease&) = delete;

 private:
  ChangeLease(const Surroundings& with, ports::Lease lease) : with_(with), lease_(std::move(lease)) {}
  const Surroundings& with_;
  ports::Lease lease_;
};

}  // namespace divio::ingress
