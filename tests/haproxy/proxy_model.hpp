// A model of HAProxy's command line: what each change does to a running proxy.
#pragma once

#include <random>
#include <set>
#include <string>
#include <vector>

#include "ingress/haproxy/diff.hpp"

namespace divio::tests {

// A worker that has just read the configuration of `layout`.
[[nodiscard]] ingress::Running started_with(const ingress::Layout& layout, const std::string& fingerprint);

void carry_out(ingress::Running& running, const ingress::Change& change);

// "backend/instance address weight" of every server that was not taken out.
[[nodiscard]] std::set<std::string> in_use(const ingress::Running& running);

// Whether a request for the host finds a server with a weight.
[[nodiscard]] bool is_served(const ingress::Running& running, const std::string& host);
// Hosts that are served in both.
[[nodiscard]] std::vector<std::string> served_by_both(const ingress::Layout& before, const ingress::Layout& after);

// Some of the servers that were taken out have rested long enough.
void age(ingress::Running& running, std::mt19937& random);

}  // namespace divio::tests
