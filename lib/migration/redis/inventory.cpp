#include "migration/redis/inventory.hpp"

#include <fmt/format.h>

#include "migration/numbers.hpp"
#include "migration/redis/program.hpp"
#include "migration/told.hpp"
#include "services/commands.hpp"
#include "services/server_container.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::migration::redis {
namespace {

constexpr unsigned oldest = 7;
constexpr std::uint64_t spare_disk = 64ULL * 1024 * 1024;

void take_name(Inventory& found, std::string_view name, std::string_view value) {
  const auto number = [&] { return number_in<std::uint64_t>(value); };
  if (name == "redis_version") found.version = value;
  else if (name == "missing") found.missing.emplace_back(value);
  else if (name == "used_memory") found.memory = number();
  else if (name == "maxmemory") found.most_memory = number();
  else if (name == "aof_current_size") found.written = number();
  else if (name == "free_disk") found.free_disk = number() * 1024;
  else if (name == "master_host") found.follows = value;
  else if (name == "master_port") found.follows += fmt::format(":{}", value);
  else if (name == "connected_slaves") found.followers = static_cast<unsigned>(number());
  else if (name == "migration") found.migration = value;
  else if (name.starts_with("db") && value.starts_with("keys=")) found.keys += number_in<std::uint64_t>(value.substr(5));
}

// 7.2 writes what 7.0 cannot read.
std::pair<unsigned, unsigned> release_of(const Inventory& side) {
  const auto words = split(side.version, '.');
  return {number_in<unsigned>(words.front()), words.size() > 1 ? number_in<unsigned>(words[1]) : 0};
}

void add_side(std::vector<Obstacle>& found, const Inventory& side, const char* where) {
  for (auto obstacle : can_follow(side)) {
    obstacle.what = fmt::format("on the {}, {}", where, obstacle.what);
    found.push_back(std::move(obstacle));
  }
  if (!side.migration.empty())
    found.push_back({true, fmt::format("the {}'s server has traces of migration {}", where, side.migration), "end or abort that migration"});
  else if (!side.follows.empty())
    found.push_back({true, fmt::format("the {}'s server follows {}", where, side.follows), "end that: REPLICAOF NO ONE"});
  if (side.migration.empty() && side.followers > 0)
    found.push_back({true, fmt::format("{} of other servers follow the {}'s, and would follow it no longer to where it is moved", side.followers, where),
                     "end that before the move"});
}

void add_sizes(std::vector<Obstacle>& found, const Inventory& source, const Inventory& target) {
  if (target.most_memory != 0 && target.most_memory < source.memory)
    found.push_back({true, fmt::format("the target's server may use {} of memory, and the source's uses {}", human_bytes(target.most_memory), human_bytes(source.memory)),
                     "give the service more memory on the target"});
  else if (target.most_memory != 0 && (source.most_memory == 0 || target.most_memory < source.most_memory))
    found.push_back({false, fmt::format("the target's server may use {} of memory, which is less than the source's may", human_bytes(target.most_memory)),
                     "give the service as much memory on the target"});
  // A first copy arrives as a file, and becomes an append-only file beside the one that is there.
  const auto needed = 2 * source.memory + spare_disk;
  if (target.free_disk < needed)
    found.push_back({true, fmt::format("the target's disk has {} left, and the copy needs up to {}", human_bytes(target.free_disk), human_bytes(needed)),
                     "make room there"});
}

}  // namespace

Result<Inventory> inventory(const Side& side) {
  const services::Script script{services::administration(side.server, {"sh", "-c", std::string(inventory_program())}), {},
                                fmt::format("look at server '{}'", side.server.name)};
  DIVIO_TRY(answer, services::run_script(side.place, side.server.name, script));
  return parse_inventory(answer);
}

Result<Inventory> parse_inventory(std::string_view answer) {
  Inventory found;
  for_each_told(answer, [&](std::string_view name, std::string_view value) { take_name(found, name, value); });
  if (found.version.empty()) return fail(ErrorCode::failed, "the server gave no answer about what it holds", std::string(trim(answer)).substr(0, 200));
  return found;
}

std::vector<Obstacle> can_follow(const Inventory& side) {
  std::vector<Obstacle> found;
  if (number_in<unsigned>(side.version) < oldest)
    found.push_back({true, fmt::format("Redis {} is too old to be moved live", side.version), fmt::format("upgrade it to {} or newer", oldest)});
  for (const auto& program : side.missing)
    found.push_back({true, fmt::format("the image of Redis has no program {}", program), "use an image that has it, as the official ones based on Debian do"});
  return found;
}

std::vector<Obstacle> obstacles(const Inventory& source, const Inventory& target) {
  std::vector<Obstacle> found;
  add_side(found, source, "source");
  add_side(found, target, "target");
  if (release_of(target) < release_of(source))
    found.push_back({true, fmt::format("the target has Redis {}, which is older than {}", target.version, source.version), "choose that version or a newer one there"});
  if (target.keys > 0)
    found.push_back({false, fmt::format("what the target's server holds is replaced: {} keys", target.keys), "see whether somebody needs them"});
  add_sizes(found, source, target);
  return found;
}

}  // namespace divio::migration::redis
