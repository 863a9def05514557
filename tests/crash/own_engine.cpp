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

OwnEngine::OwnEngine(std::string size, std::vector<std::string> images)
    : name_("crash-" + std::to_string(getpid())),
      engine_before_(variable_or("DIVIO_TEST_ENGINE", "")),
      address_before_(variable_or("DIVIO_TEST_ADDRESS", "")) {
  std::vector<std::string> start{"start"};
  if (!size.empty()) start.push_back(std::move(size));
  std::istringstream lines(carry_out(std::move(start)));
  for (std::string line; std::getline(lines, line);) {
    const auto equals = line.find('=');
    if (equals != std::string::npos) setenv(line.substr(0, equals).c_str(), line.substr(equals + 1).c_str(), 1);
  }
  images.insert(images.begin(), {testbed + "images.sh", needed_variable("DIVIO_TEST_ENGINE")});
  const auto loaded = run({std::move(images), {}});
  REQUIRE_MESSAGE(loaded.code == 0, loaded.text());
}

OwnEngine::~OwnEngine() {
  run({{testbed + "engine.sh", "stop", name_}, {}});
  setenv("DIVIO_TEST_ENGINE", engine_before_.c_str(), 1);
  setenv("DIVIO_TEST_ADDRESS", address_before_.c_str(), 1);
}

std::string OwnEngine::carry_out(std::vector<std::string> verb) const {
  std::vector<std::string> words{testbed + "engine.sh", verb.front(), name_};
  words.insert(words.end(), verb.begin() + 1, verb.end());
  const auto ended = run({std::move(words), {{"DIVIO_TESTBED_OWNER", std::to_string(getpid())}}});
  REQUIRE_MESSAGE(ended.code == 0, ended.text());
  return ended.out;
}

}  // namespace divio::crash
