// The picture of a cut-over.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "migration/environment/migrate.hpp"
#include "migration/environment/two_regions.hpp"
#include "migration/traffic_plot.hpp"
#include "support/try.hpp"

namespace divio::migration::environment {
namespace {

using namespace std::chrono_literals;

constexpr auto around = 15s;
constexpr auto longest_request = 60s;  // one that ended in the time that is shown may have begun so much earlier

Result<model::HandOver> attempt_of(const model::Migration& migration, int number) {
  const auto known = [&](const model::HandOver& one) { return one.held_at && (number == 0 || one.number == number); };
  const auto found = std::find_if(migration.attempts.rbegin(), migration.attempts.rend(), known);
  if (found != migration.attempts.rend()) return *found;
  return fail(ErrorCode::not_found, number == 0 ? "there was no cut-over yet in which requests waited" : fmt::format("there is no cut-over {} in which requests waited", number),
              "divioctl migrate show lists the attempts");
}

// Under which the environment is reached in either region.
Result<std::vector<std::string>> hosts_of(TwoRegions& regions) {
  std::set<std::string> hosts;
  for (const auto side : relay::both_sides) {
    DIVIO_TRY(release, regions.release(side));
    hosts.insert(release.config.hosts.begin(), release.config.hosts.end());
  }
  return std::vector<std::string>(hosts.begin(), hosts.end());
}

Result<std::vector<PlottedRequest>> requests(TwoRegions& regions, model::TimePoint since) {
  DIVIO_TRY(hosts, hosts_of(regions));
  std::array<std::vector<ports::LoggedRequest>, 2> logs;
  for (std::size_t i = 0; i < logs.size(); ++i) {
    auto logged = regions.at(relay::both_sides.at(i)).ingress.requests(hosts, since);
    if (!logged && logged.error().code == ErrorCode::not_found) continue;  // it has gone meanwhile
    DIVIO_ASSIGN(logs.at(i), std::move(logged));
  }
  return seen_by_visitors(logs);
}

}  // namespace

Result<std::string> plot_cut_over(const Regions& regions, const model::Migration& migration, int number) {
  DIVIO_TRY(attempt, attempt_of(migration, number));
  TwoRegions both(regions.source, regions.target, migration);
  const auto& from = attempt.back ? migration.target : migration.source;
  const auto& to = attempt.back ? migration.source : migration.target;
  TrafficPlot plot{.title = fmt::format("{}/{}: from {} to {}, {}{}, requests waited for {} ms", migration.key.project.str(), migration.key.environment.str(),
                                        from.str(), to.str(), model::to_rfc3339(*attempt.held_at), attempt.decision == "aborted" ? ", undone" : "", attempt.pause.count()),
                   .begin = *attempt.held_at - around, .end = *attempt.held_at + attempt.pause + around,
                   .pause = Pause{*attempt.held_at, attempt.pause}};
  DIVIO_ASSIGN(plot.requests, requests(both, plot.begin - longest_request));
  const auto is_shown = [&](const PlottedRequest& one) { return one.ended >= plot.begin && one.ended < plot.end; };
  if (std::ranges::none_of(plot.requests, is_shown))
    return fail(ErrorCode::not_found, "the access logs have no request of that time", "nobody came, or the logs do not go back so far");
  return draw(plot);
}

}  // namespace divio::migration::environment
