// Man pages, from the descriptions of commands and fields.
#pragma once

#include <string>
#include <vector>

namespace divio::cli {

struct ManPage {
  std::string file;  // "divioctl-deploy.1"
  std::string text;  // roff, macros of man(7)
};

// One of divioctl and one of each command.
[[nodiscard]] std::vector<ManPage> man_pages();

}  // namespace divio::cli
