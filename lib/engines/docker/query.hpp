// Paths and queries of requests to the engine. Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "divio/result.hpp"
#include "model/labels.hpp"
#include "support/percent.hpp"

namespace divio::engines {

// A container's, volume's or network's name as a part of a path.
[[nodiscard]] inline std::string in_path(std::string_view name) {
  return percent_encode(name);
}

// An image's name as a part of a path: its slashes and colons stay as they are.
[[nodiscard]] inline std::string image_in_path(std::string_view name) {
  return percent_encode(name, "/:@");
}

using Query = std::vector<std::pair<std::string_view, std::string>>;

// "?a=1&b=2", or nothing for an empty query.
[[nodiscard]] std::string query_text(const Query& query);

// The `filters` that select what carries all of these labels; an empty value asks for the key only.
[[nodiscard]] Result<std::string> label_filters(const model::Labels& labels);

// Leaves out what does not carry all of them: Podman selects volumes and networks that carry any.
template <class Things>
[[nodiscard]] Things carrying(Things things, const model::Labels& labels) {
  std::erase_if(things, [&](const auto& thing) { return !model::carries(thing.labels, labels); });
  return things;
}

// "repo/name:tag" in its two parts, "latest" without a tag; a digest ("name@sha256:...") counts as the tag.
struct ImageName {
  std::string repository;
  std::string tag;
};
[[nodiscard]] ImageName split_image_name(std::string_view name);

}  // namespace divio::engines
