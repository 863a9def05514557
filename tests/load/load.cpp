#include "load/load.hpp"

#include <doctest/doctest.h>
#include <signal.h>

#include <thread>

namespace divio::live {
namespace {

constexpr auto a_while = std::chrono::milliseconds(500);
constexpr double promised_rate = 200;
constexpr auto asked_rate = "240";

std::unique_ptr<Running> start(const Site& site, const char* kind) {
  return std::make_unique<Running>(Command{{variable_or("DIVIO_LOAD", DIVIO_BINARY_DIR "/tests/load/client/divio_load"),
                                            "--address", needed_variable("DIVIO_TEST_ADDRESS"), "--port", std::to_string(site.port()),
                                            "--host", "hello.localhost", "--expect", "hello name=", "--connections", "32",
                                            "--rate", asked_rate, "--tolerate", kind},
                                           {}});
}

nlohmann::json tally_of(Running& load) {
  load.signal(SIGTERM);
  return load.wait().json();
}

void check_unharmed(const nlohmann::json& tally) {
  CAPTURE(tally.dump());
  CHECK(tally["failed"] == 0);
  // With fewer, nothing would be shown.
  CHECK(tally["requests"].get<double>() >= promised_rate * tally["seconds"].get<double>());
}

}  // namespace

Load::Load(const Site& site) : kept_(start(site, "--keep-alive")), anew_(start(site, "--no-keep-alive")) {
  std::this_thread::sleep_for(a_while);
}

Tallies Load::stop() {
  std::this_thread::sleep_for(a_while);
  return {tally_of(*kept_), tally_of(*anew_)};
}

void check_no_request_fails(const Site& site, const std::function<void()>& act) {
  Load load(site);
  act();
  const auto [kept, anew] = load.stop();
  check_unharmed(kept);
  check_unharmed(anew);
}

}  // namespace divio::live
