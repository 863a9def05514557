// Everything that is left of the disk of a test engine with a file system of its own, taken until the end of the scope.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

namespace divio::crash {

class FullDisk {
 public:
  explicit FullDisk(const std::string& endpoint)  // unix://
      : path_(std::filesystem::path(endpoint.substr(std::string("unix://").size())).parent_path() / "data" / "filler") {
    std::ofstream file(path_, std::ios::binary);
    for (std::string block(std::size_t{1} << 20, 'x'); !block.empty();) {
      file.clear();
      if (!file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) block.resize(block.size() / 2);
    }
  }
  ~FullDisk() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  std::filesystem::path path_;
};

}  // namespace divio::crash
