// divio.yaml: text in, value out. No file is opened here. docs/divio.yaml.md describes the format.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "divio/result.hpp"
#include "model/project_file.hpp"

namespace divio::config {

// What the file itself cannot know.
struct Defaults {
  std::string folder_name;  // of the codebase: gives the project its name where the file does not
  // Fills in what a service's type says, or refuses (services/wishes.hpp). Not called for files without services.
  Result<model::ServiceSpec> (*complete_service)(const model::ServiceWish&) = nullptr;
};

// Reads a project file and fills in every default. A `web` without a port keeps Process::port empty: it is then the
// variable PORT or what the image exposes. Errors are ErrorCode::invalid and have a place, "divio.yaml:12:5", which
// begins with `file_name` and counts lines and columns (in bytes) from 1; they never show the value of a variable.
// Throws nothing; safe from any thread.
[[nodiscard]] Result<model::ProjectFile> parse_project_file(std::string_view yaml, std::string_view file_name,
                                                            const Defaults& defaults);

// The project of a codebase without a divio.yaml.
[[nodiscard]] model::ProjectFile default_project_file(std::string_view folder_name);

// Every key that a project file may have, as a path ("processes.NAME.health.path"), where NAME is a name of one's own.
[[nodiscard]] std::vector<std::string> known_keys();

}  // namespace divio::config
