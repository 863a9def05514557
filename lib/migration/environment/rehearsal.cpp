// A cut-over that is tried without one: nothing waits and nothing is handed over.
#include <fmt/format.h>

#include <algorithm>

#include "migration/environment/move.hpp"
#include "support/try.hpp"
#include "system/address.hpp"
#include "system/http.hpp"
#include "system/transport_failure.hpp"

namespace divio::migration::environment {
namespace {

using namespace std::chrono_literals;
using Time = std::chrono::duration<double, std::milli>;

constexpr auto for_an_answer = 30s;  // as long as an ingress waits for an application
// Fence, sequences, the word and what else does not depend on the way between the regions: measured on two hosts side by side.
constexpr double without_distance_ms = 50;
// A marker there and one back; then the first request is handed on over a connection that is made for it.
constexpr double ways_of_a_write = 2, ways_of_a_request = 2;

Time since(std::chrono::steady_clock::time_point begin) { return std::chrono::steady_clock::now() - begin; }

bool is_success(int status) { return status >= 200 && status < 400; }

struct Smoke {
  int status = 0;
  Time took{0};
};

// Asks the application in the target for `path`, at that region's ingress. Any status is an answer.
Result<Smoke> ask_target(TwoRegions& regions, const std::string& path, const std::stop_token& stop) {
  const auto& region = regions.at(Side::target).region;
  DIVIO_TRY(traffic, regions.at(Side::target).ingress.traffic().state(regions.key()));
  if (traffic.forward)
    return fail(ErrorCode::refused,
                fmt::format("region {} hands requests for {} on to where it moved to before, so the application cannot be asked there yet", region.name.str(), regions.key().stem()),
                "move it without a rehearsal, or rehearse after the day until which requests are handed on");
  DIVIO_TRY(release, regions.release(Side::target));
  if (release.config.hosts.empty()) return fail(ErrorCode::bug, "the release has no host name");
  DIVIO_TRY(address, system::ipv4_of(model::host_of(region)));
  system::HttpTarget target{.authority = fmt::format("{}:{}", address, region.http_port)};
  target.describe = [where = target.authority, name = region.name.str()](const system::TransportFailure& failure) {
    return Error{ErrorCode::unreachable, fmt::format("the ingress of region {} does not answer at {}: {}", name, where, failure.text),
                 "it has to be reached from here, as from its visitors; divioctl region set NAME --address says where it is"};
  };
  system::HttpClient client(std::move(target));
  const auto begin = std::chrono::steady_clock::now();
  DIVIO_TRY(answer, client.send({.path = path, .headers = {"Host: " + release.config.hosts.front()}, .timeout = for_an_answer}, {}, stop));
  return Smoke{answer.status, since(begin)};
}

}  // namespace

Result<MigrationRehearsalView> Move::rehearse(const std::string& path) {
  MigrationRehearsalView view{.project = regions_.key().project.str(), .environment = regions_.key().environment.str(), .from = migration_.source.str(),
                              .to = migration_.target.str(), .path = path};
  DIVIO_CHECK(regions_.run(Side::target, Runs::web, run_, run_.stop()));
  DIVIO_CHECK(steps_.step("smoke", fmt::format("ask the application in region {} for {}", view.to, path), [&]() -> Result<void> {
    DIVIO_TRY(smoke, ask_target(regions_, path, run_.stop()));
    view.status = smoke.status;
    view.answered_ms = smoke.took.count();
    view.good = is_success(smoke.status);
    return {};
  }));
  const auto begin = std::chrono::steady_clock::now();
  DIVIO_CHECK(steps_.step("ways", "ask each region's ingress from the other one", [&] { return check_ways(); }));
  view.ways_ms = since(begin).count();
  DIVIO_TRY(services, service_moves(regions_, migration_, Side::source, run_.stop()));
  for (const auto& service : services) DIVIO_CHECK(service->prepare(steps_));
  DIVIO_CHECK(catch_up(services));
  double slowest = 0, copies = 0;
  for (const auto& service : services) {
    DIVIO_TRY(rehearsed, service->rehearse(run_.stop()));
    view.files_ms += rehearsed.pass_ms;
    copies += rehearsed.copy_ms;
    if (!rehearsed.arrival_ms) continue;
    view.services.push_back({service->prefix(), *rehearsed.arrival_ms});
    slowest = std::max(slowest, *rehearsed.arrival_ms);
  }
  view.predicted_pause_ms = without_distance_ms + (ways_of_a_write + ways_of_a_request) * slowest + view.files_ms + copies;
  return view;
}

}  // namespace divio::migration::environment
