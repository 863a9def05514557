// Files that are refused, and what is said of them.
#pragma once

#include <string>
#include <vector>

#include "config/parse.hpp"

namespace divio::config {

struct BadFile {
  std::string yaml;
  std::string where;  // without "divio.yaml:"
  std::string message;
  std::string hint;
};

inline void check_each(const std::vector<BadFile>& files) {
  for (const auto& bad : files) {
    INFO(bad.yaml);
    const auto file = parse(bad.yaml);
    REQUIRE_FALSE(file);
    CHECK(file.error().code == ErrorCode::invalid);
    CHECK(file.error().where == "divio.yaml:" + bad.where);
    CHECK(file.error().message == bad.message);
    CHECK(file.error().hint == bad.hint);
  }
}

}  // namespace divio::config
