// A codebase: where the code of a project comes from.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "divio/result.hpp"
#include "model/release.hpp"
#include "ports/images.hpp"

namespace divio::ports {

// Which state of the codebase is meant. At most one of `reference` and `working_tree`.
struct SourceSelection {
  std::string reference;      // commit, tag or branch; empty: `branch`
  std::string branch;         // the environment's branch; empty: the one checked out
  bool working_tree = false;  // uncommitted work too
  std::string dockerfile = "Dockerfile";  // always part of the context, whatever .dockerignore says
};

// A build context, ready to be written any number of times with the same bytes.
struct BuildContext {
  model::Revision revision;
  std::string digest;                 // hexadecimal SHA-256 over paths, modes and contents: same code, same digest
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;            // of the files' contents
  std::vector<std::string> warnings;  // Git LFS pointers, submodules that are not there, ...
  ArchiveWriter write;                // deterministic tar: sorted, time 0, owner 0
};

class Source {
 public:
  virtual ~Source() = default;

  // What the selection stands for, without reading the files. A dirty tree is refused (refused, naming up to five files)
  // when the checked-out branch is meant and neither a reference nor the working tree was asked for.
  [[nodiscard]] virtual Result<model::Revision> resolve(const SourceSelection& selection) = 0;

  // The build context with .dockerignore applied. A missing Dockerfile is not_found.
  [[nodiscard]] virtual Result<BuildContext> context(const SourceSelection& selection) = 0;

  // One file at the selected state, e.g. divio.yaml; nullopt if it is not there.
  [[nodiscard]] virtual Result<std::optional<std::string>> file(const SourceSelection& selection,
                                                                const std::string& path) = 0;

  // Branch names, for completion and "did you mean".
  [[nodiscard]] virtual Result<std::vector<std::string>> branches() = 0;
};

}  // namespace divio::ports
