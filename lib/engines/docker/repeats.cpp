#include "engines/docker/repeats.hpp"

#include <algorithm>

namespace divio::engines {

using system::Repeat;

Repeat repeat_of(const Call& call) {
  const std::string_view path = call.path;
  const bool named = std::ranges::any_of(call.query, [](const auto& field) { return field.first == "name"; });
  // Podman takes a name with a digest that it has no more for the image with that digest, and removes that.
  if (call.method == "DELETE" && path.find('@') != std::string_view::npos) return Repeat::if_unsent;
  const bool harmless = call.method != "POST" || path == "/networks/create" || path == "/volumes/create" ||
                        path == "/images/create" || (path == "/containers/create" && named) ||
                        (path.starts_with("/images/") && (path.ends_with("/tag") || path.ends_with("/push"))) ||
                        (path.starts_with("/containers/") && (path.ends_with("/stop") || path.ends_with("/wait")));
  return harmless ? Repeat::if_unanswered : Repeat::if_unsent;
}

}  // namespace divio::engines
