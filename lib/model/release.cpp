#include "model/release.hpp"

#include "model/enum_names.hpp"

namespace divio::model {
namespace {

constexpr EnumNames<ReleaseState, 4> states{{{ReleaseState::pending, "pending"},
                                             {ReleaseState::active, "active"},
                                             {ReleaseState::superseded, "superseded"},
                                             {ReleaseState::failed, "failed"}}};

}  // namespace

std::string_view to_string(ReleaseState state) noexcept { return name_of(states, state); }
std::optional<ReleaseState> parse_release_state(std::string_view text) noexcept { return value_of(states, text); }

}  // namespace divio::model
