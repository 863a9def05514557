#include "crash/own_engine.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <sstream>

#include "e2e/program.hpp"

namespace divio::crash {

using namespace divio::live;

namespace {

const std::string testbed = DIVIO_SOURCE_DIR "/tests/testbed/";

}  // namespace

OwnEngine::OwnEngine()
    : name_("crash-" + std::to_string(getpid())),
      engine_before_(variable_or("DIVIO_TEST_ENGINE", "")),
      address_before_(variable_or("DIVIO_TEST_ADDRESS", "")) {
  std::istringstream lines(carry_out("start"));
  for (std::string line; std::getline(lines, line);) {
    const auto equals = line.find('=');
    if (equals != std::string::npos) setenv(line.substr(0, equals).c_str(), line.substr(equals + 1).c_str(), 1);
  }
  const auto images = run({{testbed + "images.sh", needed_variable("DIVIO_TEST_ENGINE"), "debian:bookworm-slim", "haproxy:2.6"}, {}});
  REQUIRE_MESSAGE(images.code == 0, images.text());
}

OwnEngine::~OwnEngine() {
  run({{testbed + "engine.sh", "stop", name_}, {}});
  setenv("DIVIO_TEST_ENGINE", engine_before_.c_str(), 1);
  setenv("DIVIO_TEST_ADDRESS", address_before_.c_str(), 1);
}

std::string OwnEngine::carry_out(const char* verb) const {
  const auto ended = run({{testbed + "engine.sh", verb, name_}, {{"DIVIO_TESTBED_OWNER", std::to_string(getpid())}}});
  REQUIRE_MESSAGE(ended.code == 0, ended.text());
  return ended.out;
}

}  // namespace divio::crash
