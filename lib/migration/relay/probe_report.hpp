// What the program that probes a way (programs.hpp) found, in words. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "migration/relay/plan.hpp"

namespace divio::migration::relay {

struct Report {
  Way way;
  std::vector<Error> silent;
};

// The command that looks from this side, with `bytes` to fetch, where the other side's relay has this port.
[[nodiscard]] std::vector<std::string> probe_command(const Relay& relay, Side side, std::uint16_t port, std::uint64_t bytes);

// What its output says. Lines that nobody understands are left out; without an end of it the way counts as blocked.
[[nodiscard]] Report read_report(const Relay& relay, Side side, std::uint16_t port, std::string_view output);

}  // namespace divio::migration::relay
