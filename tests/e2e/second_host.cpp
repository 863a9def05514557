#include "e2e/second_host.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include "e2e/program.hpp"
#include "engines/docker/docker.hpp"
#include "fakes/outcome.hpp"

namespace divio::live {
namespace {

std::string testbed(const char* script) { return std::string(DIVIO_SOURCE_DIR "/tests/testbed/") + script; }

std::string value_of(const std::string& text, const std::string& key) {
  const auto begin = text.find(key);
  REQUIRE(begin != std::string::npos);
  return text.substr(begin + key.size(), text.find('\n', begin) - begin - key.size());
}

void carry_out(const std::vector<std::string>& words) {
  const auto ended = run({words, {{"DIVIO_TESTBED_OWNER", std::to_string(getpid())}}});
  REQUIRE_MESSAGE(ended.code == 0, ended.text());
}

}  // namespace

SecondHost::SecondHost(std::vector<std::string> further, const std::string& size) : name_("second-" + std::to_string(getpid())) {
  std::vector<std::string> start{testbed("engine.sh"), "start", name_};
  if (!size.empty()) start.push_back(size);
  const auto started = run({start, {{"DIVIO_TESTBED_OWNER", std::to_string(getpid())}}});
  REQUIRE_MESSAGE(started.code == 0, started.text());
  endpoint = value_of(started.out, "DIVIO_TEST_ENGINE=");
  address = value_of(started.out, "DIVIO_TEST_ADDRESS=");
  std::vector<std::string> load{testbed("images.sh"), endpoint, "debian:bookworm-slim", "haproxy:2.6"};
  load.insert(load.end(), further.begin(), further.end());
  const auto images = run({load, {}});
  REQUIRE_MESSAGE(images.code == 0, images.text());
}

SecondHost::~SecondHost() { run({{testbed("engine.sh"), "stop", name_}, {}}); }

void SecondHost::crash() const { carry_out({testbed("engine.sh"), "crash", name_}); }

void SecondHost::resume() const { carry_out({testbed("engine.sh"), "resume", name_}); }

void SecondHost::connect(bool yes) const { carry_out({testbed("engine.sh"), yes ? "connect" : "disconnect", name_}); }

void SecondHost::forget_connections() const { carry_out({testbed("engine.sh"), "forget", name_}); }

std::unique_ptr<ports::Engine> SecondHost::engine() const {
  return tests::must(engines::open_docker(tests::must(engines::find_endpoint(endpoint, [](const auto&) { return std::nullopt; }))));
}

std::string SecondHost::folder() const {
  const auto socket = endpoint.substr(std::string("unix://").size());
  return socket.substr(0, socket.rfind('/'));
}

std::string ask_at(const std::string& address, const std::string& host) {
  return run({{"curl", "-s", "-H", "Host: " + host, address + "/"}, {}}).out;
}

}  // namespace divio::live
