// Shortens what every test of the project file does.
#pragma once

#include <doctest/doctest.h>

#include <string_view>

#include "config/project_file.hpp"
#include "services/wishes.hpp"

namespace divio::config {

inline Result<model::ProjectFile> parse(std::string_view yaml) {
  return parse_project_file(yaml, "divio.yaml", Defaults{"shop", services::complete});
}

inline model::ProjectFile parse_good(std::string_view yaml) {
  auto file = parse(yaml);
  INFO(yaml);
  if (!file) FAIL(file.error().where << ": " << file.error().message);
  return *file;
}

inline model::ProcessName process(std::string_view name) {
  return model::ProcessName::parse(name).value();
}
inline model::EnvironmentName environment(std::string_view name) {
  return model::EnvironmentName::parse(name).value();
}

}  // namespace divio::config
