// An image goes from the engine that built it to the engine that needs it: streamed, and without the layers that are
// there already; or by way of a registry (registry.hpp).
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "divio/events.hpp"
#include "model/release.hpp"
#include "ports/bandwidth.hpp"
#include "ports/images.hpp"

namespace divio::builder {

struct Transfer {
  ports::Images& from;
  ports::Images& to;
  std::string image;  // its name or id on the engine it comes from
  std::string name;   // what it is called on the other
  std::string route;  // for people: "from region ci to region eu"
  std::string registry = {};  // by way of this repository: "registry.example.com/team/shop"; empty: straight
  // Straight from one engine to the other no more than that is sent in a second, by this clock; null or 0: as much as there is room for.
  ports::Clock* clock = nullptr;
  std::uint64_t bytes_per_second = 0;
};

// The image as it is there, and what a registry has it as ("registry.example.com/team/shop@sha256:..."), if it came from one.
struct Arrival {
  ports::Image image;
  std::string digest = {};
};

inline constexpr std::string_view transfer_step = "transfer";

// Brings the image over and returns it as it is there. One that is there already only gets its name. Doing it again
// after any failure is safe: an image is there as a whole or not at all. Progress goes to `tell`.
[[nodiscard]] Result<Arrival> transfer_image(const Transfer& transfer, const Listener& tell, std::stop_token stop);

// Pure: how many of the lowest of `layers` some image of `there` has as its own lowest ones.
[[nodiscard]] std::size_t shared_layers(const std::vector<std::string>& layers, const std::vector<ports::Image>& there);

}  // namespace divio::builder
