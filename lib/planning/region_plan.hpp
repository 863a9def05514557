// What a region file would change, and whether it may. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "divio/result.hpp"
#include "model/region.hpp"

namespace divio::planning {

// One setting that becomes another; a label is named "label KEY".
struct SettingChange {
  std::string setting;
  std::string from;
  std::string to;

  friend bool operator==(const SettingChange&, const SettingChange&) = default;
};

struct RegionChange {
  model::Region region;  // as it will be
  bool added = false;
  std::vector<SettingChange> settings;  // of an added one: those that are not the default; empty: nothing changes
};

// How `after` differs from `before`, in the order of region_settings(), labels last.
[[nodiscard]] std::vector<SettingChange> compare(const model::Region& before, const model::Region& after);

// From the regions that are known to those that are wanted; others stay as they are.
[[nodiscard]] std::vector<RegionChange> plan_regions(const std::vector<model::Region>& known,
                                                     const std::vector<model::Region>& wanted);

// What lives in a region, as far as a change of it is concerned.
struct Inhabitant {
  std::string name;  // "shop-live"
  std::string project;
  std::string organisation;
};

// Whether it has to be known that the engine at the new endpoint is the one that the region has.
[[nodiscard]] bool asks_for_same_engine(const model::Region& before, const model::Region& after,
                                        const std::vector<Inhabitant>& inhabitants);

// Refused: another engine for a region in which something lives, and dedicating it to an organisation that does not own
// all of it.
[[nodiscard]] Result<void> check_change(const model::Region& before, const model::Region& after,
                                        const std::vector<Inhabitant>& inhabitants, bool same_engine);

// not_found for a region that is to be built for by one that is not among `known`.
[[nodiscard]] Result<void> check_builder(const std::vector<model::Region>& known, const model::Region& region);

// conflict for a plan whose projects go to another region of `known`.
[[nodiscard]] Result<void> check_plans(const std::vector<model::Region>& known, const model::Region& region);

}  // namespace divio::planning
