#include "media/draft.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "media/file_time.hpp"
#include "media/transfer.hpp"
#include "support/try.hpp"

namespace divio::media {
namespace {

constexpr int draft_flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
constexpr mode_t draft_mode = 0666;  // less the umask

}  // namespace

Result<Draft> Draft::begin(const LocalFolder& folder, const MediaFile& file, const std::string& run) {
  DIVIO_TRY(place, folder.make_folder(folder_of(file.path)));
  const bool large = file.bytes > largest_small_file;
  Draft draft(folder, file, std::move(place));
  if (large && draft.open(draft_key(file), 0)) return draft;
  draft.keep_ = false;
  // Before it is locked somebody may sweep it away.
  for (int i = 0; !draft.open(fmt::format("{}-{}", run, i), O_EXCL); ++i)
    if (!draft.file_) return folder.os_failure("write", file.path, errno);
  return draft;
}

Draft::~Draft() {
  if (file_ && !keep_) ::unlinkat(place_.get(), name_.c_str(), 0);
}

Result<void> Draft::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto most = std::min<std::uint64_t>(bytes.size(), durable_step - at_ % durable_step);
    const auto count = ::pwrite(file_.get(), bytes.data(), most, static_cast<off_t>(at_));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return folder_.os_failure("write", wanted_.path, errno);
    at_ += static_cast<std::uint64_t>(count);
    bytes.remove_prefix(static_cast<std::size_t>(count));
    if (at_ % durable_step == 0 && ::fdatasync(file_.get()) != 0) return folder_.os_failure("write", wanted_.path, errno);
  }
  return {};
}

Result<void> Draft::put_in_place(std::int64_t time) {
  const auto times = change_times(time);
  const auto slash = wanted_.path.rfind('/');
  const auto name = wanted_.path.substr(slash == std::string::npos ? 0 : slash + 1);
  if (::futimens(file_.get(), times.data()) != 0 || ::renameat(place_.get(), name_.c_str(), place_.get(), name.c_str()) != 0)
    return folder_.os_failure("write", wanted_.path, errno);
  file_.reset();
  return {};
}

// False where somebody else writes it.
bool Draft::open(const std::string& key, int flags) {
  name_ = std::string(draft_prefix) + key;
  file_.reset(::openat(place_.get(), name_.c_str(), draft_flags | flags, draft_mode));
  struct stat opened {}, there {};
  const bool mine = file_ && ::flock(file_.get(), LOCK_EX | LOCK_NB) == 0 && ::fstat(file_.get(), &opened) == 0 &&
                    ::fstatat(place_.get(), name_.c_str(), &there, AT_SYMLINK_NOFOLLOW) == 0 && there.st_ino == opened.st_ino &&
                    S_ISREG(opened.st_mode);
  if (!mine) return false;
  at_ = durable_bytes(static_cast<std::uint64_t>(opened.st_size), wanted_.bytes);
  return ::ftruncate(file_.get(), static_cast<off_t>(at_)) == 0;
}

}  // namespace divio::media
