#include "system/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "support/try.hpp"
#include "system/file_draft.hpp"
#include "system/unique_fd.hpp"

namespace divio::system {
namespace {

namespace fs = std::filesystem;

struct Words {
  std::string what;
  std::string hint;
};

Words words_for(int error) {
  switch (error) {
    case ENOENT:
      return {"there is no such file or folder", "check the path"};
    case EACCES:
    case EPERM:
      return {"permission denied", "check who owns it and its mode, or run as another user"};
    case ENOSPC:
      return {"no space left on the disk", "free some space and try again"};
    case EDQUOT:
      return {"your disk quota is used up", "free some space and try again"};
    case EFBIG:
      return {"the file would be larger than is allowed", "raise the file size limit (ulimit -f)"};
    case EROFS:
      return {"the file system is read-only", "choose a folder that can be written to"};
    case EISDIR:
      return {"it is a folder", "a file is expected there"};
    case ENOTDIR:
      return {"a part of the path is not a folder", "check the path"};
    case EMFILE:
    case ENFILE:
      return {"too many open files", "raise the limit on open files (ulimit -n)"};
    case EIO:
      return {"the disk reports an input/output error", "check the disk"};
    default:
      return {std::strerror(error), {}};  // NOLINT(concurrency-mt-unsafe): glibc's is safe for known numbers
  }
}

Failure failure(std::string_view action, const fs::path& path, int error) {
  return Failure(file_error(action, path, error));
}

}  // namespace

Error file_error(std::string_view action, const fs::path& path, int error) {
  auto [what, hint] = words_for(error);
  return Error{error == ENOENT ? ErrorCode::not_found : ErrorCode::failed,
               fmt::format("cannot {} {}: {}", action, path.string(), what),
               std::move(hint),
               {}};
}

Result<std::string> read_file(const fs::path& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return failure("read", path, errno);
  std::string bytes;
  char buffer[16384];
  while (true) {
    const ssize_t count = ::read(file.get(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failure("read", path, errno);
    if (count == 0) return bytes;
    bytes.append(buffer, static_cast<std::size_t>(count));
  }
}

Result<void> write_file(const fs::path& path, std::string_view bytes, mode_t mode) {
  DIVIO_TRY(draft, FileDraft::begin(path));
  DIVIO_CHECK(draft.write(bytes));
  return draft.put_in_place(mode);
}

// A new name in a folder survives power loss only when the folder itself was synced.
Result<void> sync_folder_of(const fs::path& path) {
  const auto parent = path.parent_path();
  const auto folder = parent.empty() ? fs::path(".") : parent;
  const UniqueFd opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened || (::fsync(opened.get()) != 0 && errno != EINVAL)) return failure("write", folder, errno);
  return {};
}

Result<void> ensure_folder(const fs::path& path, mode_t mode) {
  struct stat seen {};
  if (::stat(path.c_str(), &seen) == 0)
    return S_ISDIR(seen.st_mode) ? Result<void>{} : failure("make the folder", path, ENOTDIR);
  if (errno != ENOENT) return failure("make the folder", path, errno);
  if (path.has_parent_path() && path.parent_path() != path) DIVIO_CHECK(ensure_folder(path.parent_path(), mode));
  if (!path.has_filename()) return {};  // "a/b/": its parent "a/b" was the folder meant
  // Another process may have made it meanwhile, which is as good.
  if (::mkdir(path.c_str(), mode) != 0)
    return errno == EEXIST ? Result<void>{} : failure("make the folder", path, errno);
  if (::chmod(path.c_str(), mode) != 0) return failure("make the folder", path, errno);
  return sync_folder_of(path);
}

}  // namespace divio::system
