// A folder that only this user can look into, removed with everything in it at the end of the scope.
#pragma once

#include <filesystem>
#include <string_view>

#include "divio/result.hpp"

namespace divio::system {

class PrivateFolder {
 public:
  // Its name begins with `prefix`. It is where the user's session has its own files (XDG_RUNTIME_DIR), else with the
  // temporary files, and its path is short and plain enough for a unix socket in it that any program can be told of.
  [[nodiscard]] static Result<PrivateFolder> make(std::string_view prefix);

  PrivateFolder(PrivateFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  PrivateFolder& operator=(PrivateFolder&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
  }
  ~PrivateFolder();

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  explicit PrivateFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

}  // namespace divio::system
