#include "migration/environment/copy_move.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <future>

#include "controller/service_data.hpp"
#include "migration/evidence_difference.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::migration::environment {
namespace {

constexpr std::size_t differences_told = 5;

}  // namespace

CopyMove::CopyMove(const MovedFrom& moved, model::ServiceInstance from, model::ServiceInstance to)
    : PausedMove(moved, from.prefix.str()), from_(std::move(from)), to_(std::move(to)) {}

Result<void> CopyMove::copy(Steps& steps) {
  return steps.step("copy " + prefix(), fmt::format("copy service '{}' for a first time", prefix()), [&] { return bring(steps.stop()); });
}

Result<void> CopyMove::look_at_both(const std::stop_token& stop) {
  auto there = std::async(std::launch::async, [&] { return controller::look_at_copy(moved_.there(), to_, stop); });
  auto here = controller::look_at_copy(moved_.here(), from_, stop);
  auto arrived = there.get();
  DIVIO_CHECK(here);
  DIVIO_CHECK(arrived);
  auto differences = differences_of_copy(*here, *arrived, from_.type, moved_.in_there());
  compared_ = model::ComparedService{prefix(), std::move(*here), std::move(*arrived), std::move(differences)};
  return {};
}

Result<void> CopyMove::settle(const std::stop_token& stop) {
  compared_.reset();
  DIVIO_CHECK(bring(stop));
  DIVIO_CHECK(look_at_both(stop));
  auto named = compared_->differences;
  if (named.empty()) return {};
  const auto more = named.size() > differences_told ? fmt::format(", and {} more", named.size() - differences_told) : std::string();
  named.resize(std::min(named.size(), differences_told));
  return fail(ErrorCode::failed, fmt::format("what was copied of service '{}' is not what it holds: {}{}", prefix(), join(named, "; "), more),
              "see that nothing writes to it while requests wait, on either side");
}

Result<RehearsedService> CopyMove::rehearse(const std::stop_token& stop) {
  const auto begin = std::chrono::steady_clock::now();
  DIVIO_CHECK(bring(stop));
  DIVIO_CHECK(look_at_both(stop));
  compared_.reset();
  return RehearsedService{.copy_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count()};
}

}  // namespace divio::migration::environment
