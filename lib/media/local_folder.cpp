#include "media/local_folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "support/try.hpp"
#include "system/files.hpp"

namespace divio::media {
namespace {

namespace fs = std::filesystem;

constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};
using FolderReader = std::unique_ptr<DIR, CloseFolder>;

// What a walk finds.
struct Walk {
  std::stop_token stop;
  std::vector<MediaFile> files = {};
  std::vector<std::string> left_out = {};
  std::vector<std::string> drafts = {};
};

bool is_itself_or_above(std::string_view name) { return name == "." || name == ".."; }

class Walker {
 public:
  Walker(const LocalFolder& folder, Walk& walk) : folder_(folder), walk_(walk) {}

  // `prefix` is empty or ends with '/'.
  Result<void> visit(int at, const char* name, const std::string& prefix) {
    if (walk_.stop.stop_requested()) return fail(ErrorCode::cancelled, "listing the files was cancelled");
    const int descriptor = ::openat(at, name, folder_flags);
    if (descriptor < 0) return errno == ENOENT ? Result<void>{} : folder_.os_failure("list", prefix, errno);
    const FolderReader reader(::fdopendir(descriptor));  // which closes it
    while (true) {
      errno = 0;
      const auto* entry = ::readdir(reader.get());
      if (entry == nullptr) return errno == 0 ? Result<void>{} : folder_.os_failure("list", prefix, errno);
      if (!is_itself_or_above(entry->d_name)) DIVIO_CHECK(see(descriptor, entry->d_name, prefix));
    }
  }

 private:
  Result<void> see(int at, const char* name, const std::string& prefix) {
    auto path = prefix + name;
    struct stat seen {};
    if (std::string_view(name).starts_with(draft_prefix)) {
      walk_.drafts.push_back(std::move(path));
    } else if (::fstatat(at, name, &seen, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno != ENOENT) return folder_.os_failure("read", path, errno);
    } else if (S_ISDIR(seen.st_mode)) {
      return visit(at, name, path + "/");
    } else if (S_ISREG(seen.st_mode)) {
      walk_.files.push_back({std::move(path), static_cast<std::uint64_t>(seen.st_size), changed_ns(seen)});
    } else {
      walk_.left_out.push_back(std::move(path));
    }
    return {};
  }

  const LocalFolder& folder_;
  Walk& walk_;
};

Result<Walk> walk(const LocalFolder& folder, std::stop_token stop) {
  Walk found{std::move(stop)};
  DIVIO_CHECK(Walker(folder, found).visit(folder.descriptor(), ".", ""));
  return found;
}

}  // namespace

std::int64_t changed_ns(const struct stat& seen) {
  return std::int64_t{seen.st_mtim.tv_sec} * 1'000'000'000 + seen.st_mtim.tv_nsec;
}

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

Failure LocalFolder::os_failure(std::string_view action, const std::string& path, int error) const {
  auto what = system::file_error(action, printable((path_ / path).string()), error);
  if (error == ENOSPC || error == EDQUOT) what.hint = "the disk is full: make room there, and type the command again";
  return Failure(std::move(what));
}

Result<LocalFolder> LocalFolder::open(const fs::path& path, bool make) {
  if (make) {
    std::error_code error;
    fs::create_directories(path, error);
    if (error) return Failure(system::file_error("make the folder", path, error.value()));
  }
  system::UniqueFd root(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root && errno == ENOTDIR) return fail(ErrorCode::invalid, fmt::format("{} is no folder", path.string()));
  if (!root) return Failure(system::file_error("read", path, errno));
  return LocalFolder(path, std::move(root));
}

Result<Listing> LocalFolder::list(const std::stop_token& stop) const {
  DIVIO_TRY(found, walk(*this, stop));
  DIVIO_TRY(files, make_manifest(std::move(found.files)));
  return Listing{std::move(files), std::move(found.left_out)};
}

Result<std::optional<OpenFile>> LocalFolder::read(const std::string& path) const {
  system::UniqueFd file(::openat(root_.get(), path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP)) return std::nullopt;
  if (!file) return os_failure("read", path, errno);
  struct stat seen {};
  if (::fstat(file.get(), &seen) != 0) return os_failure("read", path, errno);
  if (!S_ISREG(seen.st_mode)) return std::nullopt;
  return OpenFile{std::move(file), {path, static_cast<std::uint64_t>(seen.st_size), changed_ns(seen)}};
}

bool LocalFolder::is_unchanged(const OpenFile& file) {
  struct stat now {};
  return ::fstat(file.file.get(), &now) == 0 && static_cast<std::uint64_t>(now.st_size) == file.seen.bytes &&
         changed_ns(now) == file.seen.changed_ns;
}

Result<void> LocalFolder::remove(const std::string& path) const {
  if (::unlinkat(root_.get(), path.c_str(), 0) != 0 && errno != ENOENT && errno != ENOTDIR) return os_failure("remove", path, errno);
  for (auto folder = folder_of(path); !folder.empty(); folder = folder_of(folder))
    if (::unlinkat(root_.get(), folder.c_str(), AT_REMOVEDIR) != 0) break;
  return {};
}

Result<void> LocalFolder::sync() const {
  if (::syncfs(root_.get()) != 0) return os_failure("write", "", errno);
  return {};
}

void LocalFolder::sweep() const {
  const auto found = walk(*this, {});
  if (!found) return;
  for (const auto& draft : found->drafts) {
    const system::UniqueFd file(::openat(root_.get(), draft.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat seen {};
    if (file && ::fstat(file.get(), &seen) == 0 && S_ISREG(seen.st_mode) && ::flock(file.get(), LOCK_EX | LOCK_NB) == 0) ::unlinkat(root_.get(), draft.c_str(), 0);
  }
}

Result<system::UniqueFd> LocalFolder::make_folder(const std::string& path) const {
  system::UniqueFd at(::openat(root_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (std::size_t begin = 0; at && begin < path.size();) {
    const auto end = std::min(path.find('/', begin), path.size());
    const auto part = path.substr(begin, end - begin);
    if (::mkdirat(at.get(), part.c_str(), 0777) != 0 && errno != EEXIST) return os_failure("make the folder", path.substr(0, end), errno);
    at.reset(::openat(at.get(), part.c_str(), folder_flags));
    begin = end + 1;
  }
  if (at) return at;
  if (errno == ENOTDIR || errno == ELOOP)
    return fail(ErrorCode::invalid, fmt::format("{} is a link or a file, and no folder", printable((path_ / path).string())),
                "move it away, or name another folder");
  return os_failure("make the folder", path, errno);
}

}  // namespace divio::media
