// A register of decisions for guards to ask.
#pragma once

#include <string>

#include "migration/guard.hpp"
#include "services/real_servers.hpp"

namespace divio::test {

// In a container, which has perl: what /moves/g1 says there is in a file, which may be missing; every question is a line in
// another one.
class TestRegister {
 public:
  // `address`: where guards reach the container.
  TestRegister(RealServers& servers, std::string container, std::string address);
  ~TestRegister();
  TestRegister(const TestRegister&) = delete;
  TestRegister& operator=(const TestRegister&) = delete;

  void decide(const std::string& word);
  [[nodiscard]] int questions();
  [[nodiscard]] migration::Register where() const { return {address_, 8099, "/moves/g1"}; }

 private:
  std::string run(std::vector<std::string> command);

  RealServers& servers_;
  std::string container_;
  std::string address_;
};

}  // namespace divio::test
