// .divio/config.json, which Divio's own command line leaves in a codebase. Read where there is no divio.yaml.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "divio/result.hpp"
#include "model/names.hpp"

namespace divio::config {

struct DivioConfig {
  std::optional<model::ProjectName> project;  // from `slug`, made a valid name; absent if the file has none
  std::string application_uuid;               // empty if the file has none

  friend bool operator==(const DivioConfig&, const DivioConfig&) = default;
};

// Keys that are not known are left alone: the file is not ours. Errors as those of parse_project_file.
[[nodiscard]] Result<DivioConfig> parse_divio_config(std::string_view json, std::string_view file_name);

}  // namespace divio::config
