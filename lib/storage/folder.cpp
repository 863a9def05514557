#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>

#include "storage/storage.hpp"
#include "support/ids.hpp"
#include "support/try.hpp"
#include "system/files.hpp"
#include "system/unique_fd.hpp"

namespace divio::storage {
namespace {

namespace fs = std::filesystem;

constexpr const char* incoming_name = ".divio-incoming";
constexpr mode_t folder_mode = 0700;
constexpr mode_t file_mode = 0600;
constexpr std::size_t piece = std::size_t{256} * 1024;

Failure os_failure(std::string_view action, const fs::path& path, int error) {
  auto what = system::file_error(action, path, error);
  if (error == ENOSPC || error == EDQUOT) what.hint = "the disk is full: make room there, or choose another folder";
  return Failure(std::move(what));
}

Failure cancelled() {
  return fail(ErrorCode::cancelled, "the transfer was cancelled");
}

ports::ObjectInfo info_of(std::string key, const struct stat& seen) {
  using namespace std::chrono;
  const auto since = seconds(seen.st_mtim.tv_sec) + nanoseconds(seen.st_mtim.tv_nsec);
  // Each put makes a new file, so this is another one after every change.
  auto tag = fmt::format("{:x}-{:x}-{:x}", seen.st_ino, since.count(), seen.st_size);
  return {std::move(key), static_cast<std::uint64_t>(seen.st_size), model::TimePoint(duration_cast<milliseconds>(since)),
          std::move(tag)};
}

// A file that is being written: locked as long as its writer lives, removed unless it was put in place.
class Draft {
 public:
  static Result<Draft> begin(const fs::path& folder) {
    DIVIO_CHECK(system::ensure_folder(folder, folder_mode));
    while (true) {
      auto path = folder / random_hex(16);
      system::UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, file_mode));
      if (file.get() < 0) return os_failure("write", path, errno);
      // Before it is locked, a sweep may take it for one that was left.
      struct stat seen {};
      if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0 && ::fstat(file.get(), &seen) == 0 && seen.st_nlink > 0)
        return Draft(std::move(path), std::move(file));
    }
  }
  Draft(Draft&& other) noexcept : path_(std::exchange(other.path_, {})), file_(std::move(other.file_)) {}
  Draft& operator=(Draft&&) = delete;
  ~Draft() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }

  Result<void> write(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto written = ::write(file_.get(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return os_failure("write", path_, errno);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
  }

  // On disk, under its name, both.
  Result<void> put_in_place(const fs::path& place) {
    if (::fsync(file_.get()) != 0) return os_failure("write", path_, errno);
    do {  // a remove() may take away the folder that has just been made
      DIVIO_CHECK(system::ensure_folder(place.parent_path(), folder_mode));
      if (::rename(path_.c_str(), place.c_str()) == 0) break;
      if (errno != ENOENT) return os_failure("write", place, errno);
    } while (::access(path_.c_str(), F_OK) == 0);
    if (::access(place.c_str(), F_OK) != 0) return os_failure("write", place, errno);
    path_.clear();
    const system::UniqueFd folder(::open(place.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.get() < 0 || ::fsync(folder.get()) != 0) return os_failure("write", place, errno);
    return {};
  }

  [[nodiscard]] Result<std::string> tag() const {
    struct stat seen {};
    if (::fstat(file_.get(), &seen) != 0) return os_failure("read", path_, errno);
    return info_of({}, seen).tag;
  }

 private:
  Draft(fs::path path, system::UniqueFd file) : path_(std::move(path)), file_(std::move(file)) {}
  fs::path path_;
  system::UniqueFd file_;
};

// What processes left that were killed while they wrote: the files there that nobody holds a lock on.
void sweep(const fs::path& folder) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const system::UniqueFd file(::open(entry.path().c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (file.get() >= 0 && ::flock(file.get(), LOCK_EX | LOCK_NB) == 0) ::unlink(entry.path().c_str());
  }
}

class Folder final : public ports::ObjectStorage {
 public:
  explicit Folder(fs::path root) : root_(std::move(root)) {}

  Result<ports::StoredObject> put(const std::string& key, const ports::ByteWriter& content, std::stop_token stop) override {
    DIVIO_CHECK(ports::check_key(key));
    const auto place = root_ / key;
    sweep(root_ / incoming_name);
    DIVIO_TRY(draft, Draft::begin(root_ / incoming_name));
    ports::StoredObject stored;
    Sha256 hash;
    DIVIO_CHECK(content([&](std::string_view bytes) -> Result<void> {
      if (stop.stop_requested()) return cancelled();
      hash.add(bytes);
      stored.bytes += bytes.size();
      return draft.write(bytes);
    }));
    if (stop.stop_requested()) return cancelled();
    stored.sha256 = hash.hex();
    DIVIO_CHECK(draft.put_in_place(place));
    DIVIO_ASSIGN(stored.tag, draft.tag());
    return stored;
  }

  Result<std::string> copy(const std::string& from, const std::string& to, std::stop_token stop) override {
    DIVIO_TRY(stored, put(to, [&](const ports::ByteSink& sink) { return get(from, {}, sink, stop); }, stop));
    return std::move(stored.tag);
  }

  Result<void> get(const std::string& key, const ports::ByteRange& range, const ports::ByteSink& sink,
                   std::stop_token stop) override {
    DIVIO_TRY(file, open(key));
    DIVIO_TRY(info, look(key, file));
    DIVIO_CHECK(ports::check_range(range, info));
    auto at = range.from;
    const auto end = std::min(info.bytes, range.bytes ? at + std::min(*range.bytes, info.bytes - at) : info.bytes);
    std::string buffer(piece, '\0');
    while (at < end) {
      if (stop.stop_requested()) return cancelled();
      const auto count = ::pread(file.get(), buffer.data(), std::min<std::uint64_t>(piece, end - at), static_cast<off_t>(at));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return os_failure("read", root_ / key, errno);
      if (count == 0) return fail(ErrorCode::conflict, fmt::format("{} was cut short while it was read", key), "try again");
      DIVIO_CHECK(sink(std::string_view(buffer).substr(0, static_cast<std::size_t>(count))));
      at += static_cast<std::uint64_t>(count);
    }
    return {};
  }

  Result<ports::ObjectInfo> head(const std::string& key) override {
    DIVIO_TRY(file, open(key));
    return look(key, file);
  }

  Result<ports::ObjectPage> list(const std::string& prefix, const std::string& from, int limit) override {
    DIVIO_TRY(keys, keys_below(prefix));
    std::ranges::sort(keys);
    ports::ObjectPage page;
    const auto most = static_cast<std::size_t>(std::clamp(limit, 1, 1000));
    for (auto key = std::ranges::upper_bound(keys, from); key != keys.end(); ++key) {
      if (page.objects.size() == most) {
        page.next = page.objects.back().key;
        break;
      }
      if (auto info = head(*key)) page.objects.push_back(std::move(*info));  // else it was removed meanwhile
    }
    return page;
  }

  Result<void> remove(const std::string& key) override {
    DIVIO_CHECK(ports::check_key(key));
    const auto path = root_ / key;
    if (::unlink(path.c_str()) != 0 && errno != ENOENT && errno != ENOTDIR && errno != EISDIR)
      return os_failure("remove", path, errno);
    // Folders exist for the sake of what is in them.
    for (auto folder = path.parent_path(); folder != root_ && ::rmdir(folder.c_str()) == 0; folder = folder.parent_path()) {
    }
    return {};
  }

 private:
  Result<system::UniqueFd> open(const std::string& key) const {
    DIVIO_CHECK(ports::check_key(key));
    const auto path = root_ / key;
    system::UniqueFd file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (file.get() < 0 && (errno == ENOENT || errno == ENOTDIR)) return missing(key);
    if (file.get() < 0) return os_failure("read", path, errno);
    return file;
  }

  Result<ports::ObjectInfo> look(const std::string& key, const system::UniqueFd& file) const {
    struct stat seen {};
    if (::fstat(file.get(), &seen) != 0) return os_failure("read", root_ / key, errno);
    if (!S_ISREG(seen.st_mode)) return missing(key);
    return info_of(key, seen);
  }

  Failure missing(const std::string& key) const {
    return fail(ErrorCode::not_found, fmt::format("there is no {} in {}", key, root_.string()));
  }

  Result<std::vector<std::string>> keys_below(const std::string& prefix) const {
    const auto slash = prefix.rfind('/');
    const auto top = slash == std::string::npos ? root_ : root_ / prefix.substr(0, slash);
    std::vector<std::string> keys;
    if (slash != std::string::npos && !ports::check_key(prefix.substr(0, slash))) return keys;
    std::error_code error;
    fs::recursive_directory_iterator walk(top, error);
    if (error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory) return keys;
    for (; !error && walk != fs::recursive_directory_iterator(); walk.increment(error)) {
      if (walk.depth() == 0 && walk->path().filename() == incoming_name) walk.disable_recursion_pending();
      if (!walk->is_regular_file(error) || walk->is_symlink(error)) continue;
      auto key = walk->path().lexically_relative(root_).generic_string();
      if (key.starts_with(prefix) && ports::check_key(key)) keys.push_back(std::move(key));
    }
    if (error && error != std::errc::no_such_file_or_directory) return os_failure("list", top, error.value());
    return keys;
  }

  fs::path root_;
};

}  // namespace

std::unique_ptr<ports::ObjectStorage> open_folder(const fs::path& root) {
  return std::make_unique<Folder>(fs::absolute(root).lexically_normal());
}

}  // namespace divio::storage
