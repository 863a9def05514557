#include "planning/cut_over.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>

#include "model/enum_names.hpp"

namespace divio::planning {
namespace {

constexpr model::EnumNames<Act, 23> act_names{{
    {Act::stop_background, "stop-background"}, {Act::begin_attempt, "begin-attempt"}, {Act::hold, "hold"},
    {Act::await_quiet, "await-quiet"}, {Act::fence, "fence"}, {Act::prove, "prove"}, {Act::settle, "settle"},
    {Act::suspend, "suspend"}, {Act::begin_way_back, "begin-way-back"}, {Act::prove_way_back, "prove-way-back"},
    {Act::commit, "commit"}, {Act::open, "open"}, {Act::forward, "forward"}, {Act::become_replica, "become-replica"}, {Act::end_stream, "end-stream"},
    {Act::start_at_target, "start-at-target"}, {Act::abort, "abort"}, {Act::unfence, "unfence"},
    {Act::end_way_back, "end-way-back"}, {Act::resume, "resume"}, {Act::start_at_source, "start-at-source"},
    {Act::release, "release"}, {Act::end_attempt, "end-attempt"},
}};

using Steps = std::vector<CutOverStep>;
using Services = std::vector<SeenHandOver>;

// `act` for each service that has need of it.
Steps for_those(const Services& services, Act act, const std::function<bool(const SeenHandOver&)>& need) {
  Steps steps;
  for (const auto& service : services)
    if (need(service)) steps.push_back({act, service.prefix});
  return steps;
}

void append(Steps& steps, Steps more) { std::ranges::move(more, std::back_inserter(steps)); }

// What a service needs next on its way to a commit; nothing once it is ready for it.
std::optional<Act> towards_commit(const SeenHandOver& service) {
  if (service.fence != Fence::up) return Act::fence;
  if (service.carriage != Carriage::copy && !service.proven) return Act::prove;
  if (!service.settled) return Act::settle;
  if (service.carriage != Carriage::changes) return std::nullopt;
  if (service.stream == Stream::following) return Act::suspend;
  if (service.way_back != WayBack::following) return Act::begin_way_back;
  if (!service.way_back_proven) return Act::prove_way_back;
  return std::nullopt;
}

Steps go_on(const SeenCutOver& seen) {
  if (seen.background_at_source) return {{Act::stop_background}};
  if (!seen.guarded) return {{Act::begin_attempt}};
  if (!seen.holding) return {{Act::hold}};
  if (seen.in_flight > 0) return {{Act::await_quiet}};
  Steps steps;
  for (const auto& service : seen.services)
    if (const auto act = towards_commit(service)) steps.push_back({*act, service.prefix});
  if (steps.empty()) steps.push_back({Act::commit});
  return steps;
}

Steps carry_out_commit(const SeenCutOver& seen) {
  auto steps = for_those(seen.services, Act::open, [](const auto& s) { return !s.open; });
  if (!steps.empty()) return steps;
  if (!seen.forwarding) return {{Act::forward}};
  if (seen.holding) return {{Act::release}};
  if (!seen.background_at_target) steps.push_back({Act::start_at_target});
  append(steps, for_those(seen.services, Act::become_replica, [](const auto& s) { return s.carriage == Carriage::replica && s.way_back != WayBack::following; }));
  append(steps, for_those(seen.services, Act::end_stream, [](const auto& s) { return s.stream != Stream::absent; }));
  if (steps.empty() && !seen.ended) steps.push_back({Act::end_attempt});
  return steps;
}

// Who waits goes on as soon as the source can be written; putting the streams in order has time.
Steps carry_out_abort(const SeenCutOver& seen) {
  auto steps = for_those(seen.services, Act::unfence, [](const auto& s) { return s.fence != Fence::down || !s.over; });
  if (!steps.empty()) return steps;
  if (seen.holding) return {{Act::release}};
  if (!seen.background_at_source) steps.push_back({Act::start_at_source});
  append(steps, for_those(seen.services, Act::end_way_back, [](const auto& s) { return s.way_back != WayBack::absent; }));
  if (!steps.empty()) return steps;
  steps = for_those(seen.services, Act::resume, [](const auto& s) { return s.stream == Stream::suspended; });
  if (steps.empty() && !seen.ended) steps.push_back({Act::end_attempt});
  return steps;
}

// Nothing was decided, so nothing but the background can have been stopped.
Steps undo_nothing(const SeenCutOver& seen) {
  return seen.background_at_source ? Steps{} : Steps{{Act::start_at_source}};
}

void apply(SeenHandOver& service, Act act) {
  switch (act) {
    case Act::fence: service.fence = Fence::up; break;
    case Act::prove: service.proven = true; break;
    case Act::settle: service.settled = true; break;
    case Act::suspend: service.stream = Stream::suspended; break;
    case Act::begin_way_back: service.way_back = WayBack::following; break;
    case Act::prove_way_back: service.way_back_proven = true; break;
    case Act::open:
      service.open = true;
      if (service.carriage == Carriage::replica) service.stream = Stream::absent;
      break;
    case Act::become_replica: service.way_back = WayBack::following; break;
    case Act::end_stream: service.stream = Stream::absent; break;
    case Act::unfence: service.fence = Fence::down, service.over = true; break;
    case Act::end_way_back: service.way_back = WayBack::absent; break;
    case Act::resume: service.stream = Stream::following; break;
    default: break;
  }
}

void apply(SeenCutOver& seen, Act act) {
  switch (act) {
    case Act::stop_background: seen.background_at_source = false; break;
    case Act::begin_attempt: seen.decision = Decision::open, seen.guarded = true; break;
    case Act::hold: seen.holding = true, seen.in_flight = std::max(seen.in_flight, 1); break;
    case Act::await_quiet: seen.in_flight = 0; break;
    case Act::forward: seen.forwarding = true; break;
    case Act::start_at_target: seen.background_at_target = true; break;
    case Act::start_at_source: seen.background_at_source = true; break;
    case Act::release: seen.holding = false; break;
    case Act::end_attempt: seen.ended = true; break;
    default: break;
  }
}

constexpr bool leads_to_commit(Act act) noexcept { return act <= Act::commit; }

}  // namespace

std::string_view to_string(Act act) noexcept {
  return model::name_of(act_names, act);
}

std::vector<CutOverStep> next_steps(const SeenCutOver& seen, Wish wish) {
  switch (seen.decision) {
    case Decision::committed: return carry_out_commit(seen);
    case Decision::aborted: return carry_out_abort(seen);
    case Decision::open: return wish == Wish::undo ? Steps{{Act::abort}} : go_on(seen);
    case Decision::none: break;
  }
  return wish == Wish::undo ? undo_nothing(seen) : go_on(seen);
}

SeenCutOver after(SeenCutOver seen, const CutOverStep& step) {
  const auto service = std::ranges::find(seen.services, step.prefix, &SeenHandOver::prefix);
  if (service != seen.services.end()) apply(*service, step.act);
  else apply(seen, step.act);
  return seen;
}

bool admits(const Epoch& epoch, int attempt, Act act) noexcept {
  const bool teaches = act == Act::begin_attempt || act == Act::unfence || act == Act::end_attempt;
  if (attempt > epoch.attempt) return teaches;
  return attempt == epoch.attempt && (!epoch.ended || !leads_to_commit(act));
}

}  // namespace divio::planning
