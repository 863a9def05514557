#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "migration/mariadb/inventory.hpp"
#include "migration/numbers.hpp"
#include "support/text.hpp"

namespace divio::migration::mariadb {
namespace {

using Obstacles = std::vector<Obstacle>;
using Release = std::pair<unsigned, unsigned>;

constexpr Release oldest{10, 11};
constexpr std::uint64_t spare_disk = 256ULL * 1024 * 1024;

Release release_of(const Inventory& side) {
  const auto words = split(side.version, '.');
  return {number_in<unsigned>(words.front()), words.size() > 1 ? number_in<unsigned>(words[1]) : 0};
}

void add_each(Obstacles& found, const std::vector<std::string>& names, const char* what, const char* way_out) {
  for (const auto& name : names) found.push_back({true, fmt::format(fmt::runtime(what), name), fmt::format(fmt::runtime(way_out), name.substr(0, name.find(" (")))});
}

void add_side(Obstacles& found, const Inventory& side, const char* where) {
  for (auto obstacle : can_follow(side)) {
    obstacle.what = fmt::format("on the {}, {}", where, obstacle.what);
    found.push_back(std::move(obstacle));
  }
  if (!side.migration.empty())
    found.push_back({true, fmt::format("the {}'s server has traces of migration {}", where, side.migration), "end or abort that migration"});
  if (!side.logs_rows)
    found.push_back({true, fmt::format("the {}'s server keeps no binary log of rows, which is what is followed", where), "deploy once, which makes the server anew as it is today"});
  if (side.starts_following)
    found.push_back({true, fmt::format("the {}'s server would follow by itself when it starts, and everything", where), "deploy once, which makes the server anew as it is today"});
}

}  // namespace

std::vector<Obstacle> can_follow(const Inventory& side) {
  Obstacles found;
  if (release_of(side) < oldest)
    found.push_back({true, fmt::format("MariaDB {} is too old to be moved live", side.version), fmt::format("upgrade it to {}.{} or newer", oldest.first, oldest.second)});
  for (const auto& program : side.missing)
    found.push_back({true, fmt::format("the image of MariaDB has no program {}", program), "use an image that has it, as the official ones do"});
  return found;
}

std::vector<Obstacle> can_be_copied(const Inventory& side) {
  constexpr auto* dumps = "mariadb-dump";
  if (std::ranges::find(side.missing, dumps) == side.missing.end()) return {};
  return {{true, fmt::format("the image of MariaDB has no program {}, by which it would be copied", dumps), "use an image that has it, as the official ones do"}};
}

std::vector<Obstacle> obstacles(const Inventory& source, const Inventory& target) {
  Obstacles found;
  add_side(found, source, "source");
  add_side(found, target, "target");
  if (release_of(target) < release_of(source))
    found.push_back({true, fmt::format("the target has MariaDB {}, which is older than {}", target.version, source.version), "choose that version or a newer one there"});
  add_each(found, source.engines, "table {} is of an engine without transactions, so it cannot be copied while it is written to", "run: ALTER TABLE {} ENGINE = InnoDB");
  add_each(found, source.keyless, "table {} has no primary key, so its changes cannot be followed", "add one: ALTER TABLE {} ADD id BIGINT AUTO_INCREMENT PRIMARY KEY");
  add_each(found, source.definers, "{} runs with the rights of somebody who is not the service's user", "make {} anew as the service's user: divioctl service shell");
  if (source.prepared > 0)
    found.push_back({false, fmt::format("{} transactions on the source's server are prepared and wait for their commit (XA); one of this database would not be moved", source.prepared),
                     "end it: XA COMMIT or XA ROLLBACK"});
  if (target.tables > 0)
    found.push_back({false, fmt::format("what the target's database holds is replaced: {} tables", target.tables), "see whether somebody needs them"});
  // What is loaded is in the target's binary log too.
  const auto needed = 2 * source.bytes + spare_disk;
  if (target.free_disk < needed)
    found.push_back({true, fmt::format("the target's disk has {} left, and the copy needs up to {}", human_bytes(target.free_disk), human_bytes(needed)), "make room there"});
  return found;
}

}  // namespace divio::migration::mariadb
