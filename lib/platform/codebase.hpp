// A target's codebase: which project it is, and its project file at the state that is meant.
#pragma once

#include <memory>
#include <string>

#include "controller/runtime.hpp"
#include "divio/requests.hpp"
#include "ports/source.hpp"
#include "ports/store.hpp"

namespace divio {

// A codebase together with the source it points to.
struct OpenCodebase {
  std::unique_ptr<ports::Source> source;
  controller::Codebase codebase;
};

// The environment that a target means: its project is the one named, else the one of the codebase in its directory.
[[nodiscard]] Result<model::EnvironmentKey> find_key(const Target& target);

// The project of the codebase in a folder, as its working tree says.
[[nodiscard]] Result<model::ProjectFile> project_file_of(const std::string& directory);

// Opens the codebase of a target. A project that is named is looked for in the directory, then where it was last deployed
// from. not_found for an environment that the project file does not have.
[[nodiscard]] Result<OpenCodebase> open_codebase(ports::Projects& projects, const Target& target, const CodeSelection& code);

}  // namespace divio
