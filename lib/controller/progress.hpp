// How far a step is, in bytes.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "divio/events.hpp"

namespace divio::controller {

// Tells how far a step is, at most every megabyte. One thread at a time.
class Progress {
 public:
  Progress(std::string step, Listener tell) : step_(std::move(step)), tell_(std::move(tell)) {}

  void add(std::uint64_t bytes) {
    done_ += bytes;
    if (done_ - told_ < worth_telling) return;
    told_ = done_;
    tell_(StepMoved{step_, done_, 0, "bytes"});
  }

 private:
  static constexpr std::uint64_t worth_telling = std::uint64_t{1} << 20;
  std::string step_;
  Listener tell_;
  std::uint64_t done_ = 0;
  std::uint64_t told_ = 0;
};

}  // namespace divio::controller
