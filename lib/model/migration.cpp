#include "model/migration.hpp"

#include <algorithm>

#include "model/enum_names.hpp"

namespace divio::model {
namespace {

using enum MigrationPhase;

constexpr EnumNames<MigrationPhase, 12> phases{{
    {planned, "planned"}, {checked, "checked"}, {reserved, "reserved"}, {copying, "copying"}, {following, "following"},
    {verified, "verified"}, {cutting_over, "cutting-over"}, {soaking, "soaking"}, {aborting, "aborting"}, {aborted, "aborted"},
    {finalising, "finalising"}, {finalised, "finalised"},
}};

}  // namespace

std::string_view to_string(MigrationPhase phase) noexcept { return name_of(phases, phase); }
std::optional<MigrationPhase> parse_migration_phase(std::string_view text) noexcept { return value_of(phases, text); }

const std::string& Migration::side(bool of_target) const noexcept {
  if (!in_place() || services.empty()) return (of_target ? target : source).str();
  return of_target ? services.front().target : services.front().source;
}

bool Migration::of_files() const noexcept { return in_place() && !services.empty() && services.front().is_files(); }

bool Migration::is_volume(bool of_target) const noexcept {
  if (!of_files()) return false;
  const auto& place = of_target ? services.front().target_place : services.front().source_place;
  return place && !place->login;
}

std::string Migration::side_name(bool of_target) const {
  const auto* kind = is_volume(of_target) ? "volume " : of_files() ? "bucket " : in_place() ? "server " : "region ";
  return kind + side(of_target);
}

std::string Migration::within(bool of_target) const { return (in_place() && !of_files() ? "on " : "in ") + side_name(of_target); }

bool Comparison::same() const noexcept {
  return std::ranges::all_of(services, [](const auto& one) { return one.differences.empty(); });
}

}  // namespace divio::model
