// An engine of one test's own, which it may break: tests/testbed/engine.sh.
#pragma once

#include <string>
#include <vector>

namespace divio::crash {

class OwnEngine {
 public:
  // Starts it and points DIVIO_TEST_ENGINE and DIVIO_TEST_ADDRESS at it until the end of the scope.
  // With a size ("900M") its data are on a disk of its own, the folder `data` beside its socket.
  explicit OwnEngine(std::string size = {}, std::vector<std::string> images = {"debian:bookworm-slim", "haproxy:2.6"});
  ~OwnEngine();
  OwnEngine(const OwnEngine&) = delete;
  OwnEngine& operator=(const OwnEngine&) = delete;

  void crash() const { carry_out({"crash"}); }    // as a power cut
  void resume() const { carry_out({"resume"}); }
  void restart() const { carry_out({"restart"}); }

 private:
  std::string carry_out(std::vector<std::string> verb) const;

  std::string name_;
  std::string engine_before_;
  std::string address_before_;
};

}  // namespace divio::crash
