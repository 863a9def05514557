// The other way for an image from the engine that built it to the one that needs it: into a registry and out again, by
// its digest, which names exactly what was built.
#pragma once

#include <stop_token>
#include <string>

#include "builder/transfer.hpp"

namespace divio::builder {

// Carries `image` by way of transfer.registry, which is not empty, and returns it as it is there. Of the names that this
// takes nothing is left over on either engine. One that comes out of the registry and is another image is refused.
[[nodiscard]] Result<Arrival> carry_through_registry(const Transfer& transfer, const ports::Image& image, const Listener& tell,
                                                     const std::stop_token& stop);

// Pulls what this digest ("registry.example.com/team/shop@sha256:...") names and gives it its usual name.
[[nodiscard]] Result<ports::Image> pull_pinned(ports::Images& engine, const model::ImageReference& image, const Listener& tell,
                                               const std::stop_token& stop);

// Whether they are the same image, also on engines that give it different ids. Pure.
[[nodiscard]] bool same_image(const ports::Image& one, const ports::Image& other);

}  // namespace divio::builder
