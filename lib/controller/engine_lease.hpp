// A lease on an environment that others see on the engine, whatever catalogue they have (lease_marks.hpp).
#pragma once

#include <memory>
#include <stop_token>
#include <thread>

#include "controller/lease_marks.hpp"
#include "controller/runtime.hpp"

namespace divio::controller {

// Renewed every 5 s from a thread of its own and given back on destruction; runs out by itself 15 s after its process has
// gone. Taken while the catalogue's own lease on the environment is held.
class EngineLease {
 public:
  // Waits up to `wait` for another catalogue's to end, telling `call.listener` once, then fails with conflict. Refused if
  // the environment's things on the engine are another catalogue's. An engine that takes no mark, such as one whose disk
  // is full, is told of and gone on with.
  [[nodiscard]] static Result<std::unique_ptr<EngineLease>> acquire(Runtime& runtime, const LeaseMark& mark,
                                                                    std::chrono::milliseconds wait, const Call& call);
  ~EngineLease();
  EngineLease(const EngineLease&) = delete;
  EngineLease& operator=(const EngineLease&) = delete;

  // Requested when another catalogue has the lease, since this one's had run out: the process stood still.
  [[nodiscard]] std::stop_token lost() const { return lost_.get_token(); }

 private:
  EngineLease(Runtime& runtime, LeaseMark mark) : runtime_(runtime), mark_(std::move(mark)) {}
  [[nodiscard]] Result<std::optional<ports::Volume>> renew();
  void keep(std::stop_token stop);
  void clear();

  Runtime& runtime_;
  LeaseMark mark_;
  ports::Volume mine_;   // the newest one; no name: there is none
  std::vector<std::string> left_;  // to be removed
  std::stop_source lost_;
  std::jthread renewal_;
};

}  // namespace divio::controller
