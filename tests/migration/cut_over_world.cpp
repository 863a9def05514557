#include "migration/cut_over_world.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace divio::migration::testing {
namespace {

// A marker may come again, from the side to which it went: it has no key that this could clash with.
void append(Data& data, Entry entry) {
  data.log.push_back(entry);
  const bool is_new = data.rows.insert(entry.id).second;
  if (entry.id > 0 && (!data.keys.insert(entry.key).second || !is_new)) data.doubled = true;
}

// So far as both have one: what is told apart by its id came only once.
bool is_beginning(const std::vector<Entry>& log, const std::vector<Entry>& of) {
  return log.size() <= of.size() && (log.empty() || log.back().id == of[log.size() - 1].id);
}

// Whatever one's own transaction writes reaches the disk with all that was before it.
void commit(Data& data, Entry entry) {
  append(data, entry);
  data.on_disk = data.log.size();
}

// How much of the log that was.
std::size_t lose_what_is_not_on_disk(Data& data) {
  const auto lost = data.log.size() - data.on_disk;
  const auto left = std::exchange(data.log, {});
  data.rows.clear();
  data.keys.clear();
  for (const auto& entry : std::span(left).first(data.on_disk)) append(data, entry);
  return lost;
}

bool is_same(const std::vector<Entry>& log, const std::vector<Entry>& other) { return log.size() == other.size() && is_beginning(log, other); }

void replicate(const Data& primary, Data& replica) {
  replica.next_key = primary.next_key;
  if (is_beginning(replica.log, primary.log)) return append(replica, primary.log[replica.log.size()]);
  replica.log = primary.log;
  replica.on_disk = 0;
  replica.rows = primary.rows;
  replica.keys = primary.keys;
}

Stream stream_of(Carriage carriage, const Data& source, const Data& target) {
  if (carriage == Carriage::replica) return target.subscribed ? Stream::following : Stream::absent;
  if (!target.subscribed) return source.slot ? Stream::suspended : Stream::absent;
  return target.applying ? Stream::following : Stream::suspended;
}

WayBack way_back_of(Carriage carriage, const Data& source, const Data& target, int attempt) {
  if (carriage == Carriage::replica) return source.subscribed ? WayBack::following : WayBack::absent;
  const bool own = target.slot && target.slot->made_in == attempt;
  if (own && target.published && source.subscribed && source.applying) return WayBack::following;
  return target.slot || source.subscribed ? WayBack::begun : WayBack::absent;
}

}  // namespace

World::World(std::vector<Carriage> services_carried) : services(std::move(services_carried)) {
  for (auto& region : regions) region.data.resize(services.size());
  regions[0].background = true;
  for (std::size_t i = 0; i < services.size(); ++i) {
    auto& source = regions[0].data[i];
    source.writable = true;
    if (services[i] == Carriage::copy) continue;
    regions[1].data[i].subscribed = true;
    if (services[i] == Carriage::replica) continue;
    source.published = true;
    source.slot = Slot{};
    regions[1].data[i].applying = true;
  }
}

void World::refuse(const Request& request) {
  refused.push_back(request.id);
  if (!requests_may_fail) broken_promises.push_back("a request failed");
}

void World::route(Request request, std::size_t at, int hops) {
  auto& region = regions[at];
  if (region.holding != 0) region.waiting.push_back(request);
  else if (!region.forwarding) region.in_flight.push_back(request);
  else if (cut || hops > 2) refuse(request);
  else route(request, 1 - at, hops + 1);
}

void World::visit(std::size_t service) { route({++last_id, service}, 0, 0); }

void World::begin_writing(std::size_t region, std::size_t index) {
  auto& request = regions[region].in_flight[index];
  if (request.writing) return;
  auto& data = regions[region].data[request.service];
  if (data.writable) {
    request.writing = true;
    data.begun.push_back({request.id, Writer::request});
    return;
  }
  refuse(request);
  std::erase_if(regions[region].in_flight, [id = request.id](const auto& r) { return r.id == id; });
}

void World::write_beside(std::size_t region, std::size_t service, Writer writer) {
  auto& data = regions[region].data[service];
  if (data.writable) data.begun.push_back({++last_id, writer});
}

void World::end_writing(std::size_t region, std::size_t service, std::size_t index) {
  auto& data = regions[region].data[service];
  const auto done = data.begun[index];
  data.begun.erase(data.begun.begin() + static_cast<std::ptrdiff_t>(index));
  commit(data, {done.id, data.next_key++});
  acknowledged[done.id] = service;
  std::erase_if(regions[region].in_flight, [&](const auto& request) { return request.id == done.id; });
}

void World::let_go(std::size_t region) {
  regions[region].holding = 0;
  for (const auto& request : std::exchange(regions[region].waiting, {})) route(request, region, 0);
}

bool World::can_apply(std::size_t publisher, std::size_t service) const {
  const auto& from = regions[publisher].data[service];
  const auto& to = regions[1 - publisher].data[service];
  if (services[service] == Carriage::replica) return !cut && to.subscribed && !is_same(to.log, from.log);
  return !cut && from.slot && !from.slot->broken && from.slot->position < from.on_disk && to.subscribed && to.applying;
}

void World::apply_one(std::size_t publisher, std::size_t service) {
  auto& from = regions[publisher].data[service];
  if (services[service] == Carriage::replica) return replicate(from, regions[1 - publisher].data[service]);
  append(regions[1 - publisher].data[service], from.log[from.slot->position++]);
}

// Who waits or is busy there gets no answer.
void World::restart_ingress(std::size_t region) {
  auto& ingress = regions[region];
  requests_may_fail = true;
  ingress.holding = 0;
  for (const auto& request : std::exchange(ingress.waiting, {})) refuse(request);
  ingress.guarded.clear();
}

void World::cut_power_of_data(std::size_t region, std::size_t service) {
  requests_may_fail = true;
  auto& data = regions[region].data[service];
  ++data.starts;
  const auto lost = lose_what_is_not_on_disk(data);
  // Those who follow say how far they are on disk; the slot forgets nothing before.
  if (auto& slot = regions[1 - region].data[service].slot; services[service] == Carriage::changes && slot && data.subscribed) slot->position -= std::min(lost, slot->position);
  for (const auto& transaction : std::exchange(data.begun, {})) {
    std::erase_if(regions[region].in_flight, [&](const auto& request) { return request.id == transaction.id; });
    refused.push_back(transaction.id);
  }
  regions[region].guarded.clear();
}

void World::write_to_disk(std::size_t region, std::size_t service) { regions[region].data[service].on_disk = regions[region].data[service].log.size(); }

void World::check() {
  for (std::size_t i = 0; i < services.size(); ++i) {
    const auto& one = regions[0].data[i];
    const auto& other = regions[1].data[i];
    const auto accepts = [](const Data& data) { return data.writable || !data.begun.empty(); };
    if (accepts(one) && accepts(other)) broken_promises.push_back("both sides accept writes");
    if (one.doubled || other.doubled) broken_promises.push_back("a write is there twice, or its key");
  }
}

void World::check_at_rest(std::size_t owner) {
  const auto missing = [&](std::size_t region, bool followers_only) {
    return std::ranges::any_of(acknowledged, [&](const auto& write) {
      return (!followers_only || services[write.second] != Carriage::copy) && !regions[region].data[write.second].rows.contains(write.first);
    });
  };
  if (missing(owner, false)) broken_promises.push_back("a write that was acknowledged is lost");
  if (owner == 1 && missing(0, true)) broken_promises.push_back("the way back lacks a write");
  for (const int id : refused)
    for (const auto& data : regions[owner].data)
      if (data.rows.contains(id)) broken_promises.push_back("a write that was refused is there");
  for (const auto& region : regions)
    if (!region.waiting.empty() || !region.in_flight.empty()) broken_promises.push_back("requests hang");
}

SeenCutOver look(const World& world, int attempt, std::size_t source) {
  const auto& from = world.regions[source];
  const auto& to = world.regions[1 - source];
  SeenCutOver seen;
  if (const auto found = from.decisions.find(attempt); found != from.decisions.end()) seen.decision = found->second;
  seen.ended = from.ended.contains(attempt);
  seen.background_at_source = from.background;
  seen.background_at_target = to.background;
  seen.holding = from.holding == attempt;
  seen.in_flight = static_cast<int>(from.in_flight.size());
  seen.forwarding = from.forwarding && !to.forwarding;
  seen.guarded = from.guarded.contains(attempt) && to.guarded.contains(attempt);
  for (std::size_t i = 0; i < world.services.size(); ++i) {
    const auto &here = from.data[i], &there = to.data[i];
    const Epoch present{attempt, false};
    if (seen.decision == Decision::open && (here.epoch != present || there.epoch != present)) seen.guarded = false;
    const auto carriage = world.services[i];
    const bool replica = carriage == Carriage::replica;
    const bool closed = !here.writable && here.begun.empty();
    seen.services.push_back({.prefix = std::to_string(i), .carriage = carriage,
                             .fence = here.writable ? Fence::down : closed ? Fence::up : Fence::closing,
                             .over = here.epoch == Epoch{attempt, true},
                             .proven = replica ? closed && there.subscribed && there.on_disk == there.log.size() && is_same(there.log, here.log) : there.rows.contains(marker(attempt)),
                             .settled = replica || there.settled_in == attempt,
                             .stream = stream_of(carriage, here, there), .way_back = way_back_of(carriage, here, there, attempt),
                             .way_back_proven = here.rows.contains(way_back_marker(attempt)), .open = there.writable});
  }
  return seen;
}

}  // namespace divio::migration::testing
