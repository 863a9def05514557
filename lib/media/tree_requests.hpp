// What the program in the container is asked about whole trees (agent_tree_program.hpp).
#pragma once

#include <string>
#include <vector>

#include "media/agent_tree_program.hpp"
#include "media/conversation.hpp"
#include "media/tree.hpp"
#include "media/tree_check.hpp"

namespace divio::media {

[[nodiscard]] Result<Tree> read_tree(Conversation& conversation);

// The SHA-256 of those of these files that can be read.
[[nodiscard]] Result<Sums> read_sums(Conversation& conversation, const std::vector<std::string>& paths);

// Calls `act` with as many paths as go into one request, each ended by a zero byte.
template <class Act>
[[nodiscard]] Result<void> in_requests(const std::vector<std::string>& names, const Act& act) {
  std::string paths;
  for (const auto& name : names) {
    if (!paths.empty() && paths.size() + name.size() + 1 > most_path_bytes) {
      if (auto done = act(paths); !done) return done;
      paths.clear();
    }
    paths.append(name).push_back('\0');
  }
  return paths.empty() ? Result<void>() : act(paths);
}

}  // namespace divio::media
