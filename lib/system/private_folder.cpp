#include "system/private_folder.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>

#include "system/files.hpp"

namespace divio::system {
namespace {

// A unix socket's path has at most 107 bytes; 40 are left for the folder's own name and what is in it.
constexpr std::size_t longest_parent = 67;

bool is_plain(std::string_view path) {
  constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-";
  return path.starts_with('/') && path.size() <= longest_parent &&
         path.find_first_not_of(plain) == std::string_view::npos;
}

bool is_ours(const std::string& path) {
  struct stat seen {};
  return ::stat(path.c_str(), &seen) == 0 && S_ISDIR(seen.st_mode) && ::access(path.c_str(), W_OK | X_OK) == 0;
}

std::string parent_folder() {
  for (const char* name : {"XDG_RUNTIME_DIR", "TMPDIR"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && is_plain(value) && is_ours(value)) return value;
  }
  return "/tmp";
}

}  // namespace

Result<PrivateFolder> PrivateFolder::make(std::string_view prefix) {
  auto path = fmt::format("{}/{}-XXXXXX", parent_folder(), prefix);
  if (::mkdtemp(path.data()) == nullptr) return Failure(file_error("make", path, errno));  // with mode 0700
  return PrivateFolder(path);
}

PrivateFolder::~PrivateFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace divio::system
