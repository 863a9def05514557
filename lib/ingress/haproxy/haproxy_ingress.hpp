// The ingress controller on HAProxy 2.6 or newer, in one container per region. Facts about HAProxy are from its
// configuration manual and management guide, https://docs.haproxy.org/2.6/.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "divio/result.hpp"
#include "model/operation.hpp"
#include "model/process.hpp"
#include "ports/clock.hpp"
#include "ports/engine.hpp"
#include "ports/ingress.hpp"
#include "ports/store.hpp"

namespace divio::ingress {

inline constexpr std::string_view haproxy_image = "haproxy:2.6";

struct Options {
  std::string region = "local";                // a DNS label
  std::uint16_t http_port = 80;                // of the engine's host
  std::vector<std::string> addresses = {"*"};  // IPv4 addresses of the engine's host to listen on; "*": every one
  std::string catalogue_id;                    // value of the label `managed`
  std::string image{haproxy_image};            // Debian-based: its perl carries the conversation with HAProxy
  bool access_log = true;                      // a line for each request, read with the engine's logs
  int connections = 20000;                     // that visitors may hold at once
  model::Resources resources;                  // of its container
};

// What the ingress works with. All of it must outlive the ingress.
struct Surroundings {
  ports::Engine& engine;
  ports::Leases& leases;
  ports::Clock& clock;
  model::Holder holder;  // this process, as the holder of the lease "ingress <region>"
};

// The ingress of a region. Talks to nobody until it is asked something. Its container is `divio-ingress-<region>` in
// the host's network, so that it reaches instances on every network by their addresses; its volume of the same name
// holds all environments' routes. Changes are serialised between threads by this object and between processes by a
// lease of 30 s, so one process makes one of these for a region. A change that somebody else holds up for 35 s ends in
// conflict. Everything but ensure() ends in not_found when the region has no ingress.
[[nodiscard]] std::unique_ptr<ports::Ingress> make_haproxy_ingress(Surroundings surroundings, Options options);

}  // namespace divio::ingress
