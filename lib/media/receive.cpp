#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <deque>

#include "media/transfer.hpp"
#include "support/ids.hpp"
#include "support/try.hpp"

namespace divio::media {
namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr int draft_flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
constexpr mode_t draft_mode = 0666;  // less the umask

// A file that is being written, locked as long as it is; removed unless it was put in place or is kept for a later run.
class Draft {
 public:
  static Result<Draft> begin(const LocalFolder& folder, const MediaFile& file, const std::string& run) {
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
  Draft(Draft&&) = default;
  Draft& operator=(Draft&&) = delete;
  ~Draft() {
    if (file_ && !keep_) ::unlinkat(place_.get(), name_.c_str(), 0);
  }

  // How many bytes are there from an earlier run; what is written goes after them.
  [[nodiscard]] std::uint64_t at() const { return at_; }

  Result<void> write(std::string_view bytes) {
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

  Result<void> put_in_place(std::int64_t time) {
    const auto nanos = (time % second + second) % second;
    const struct timespec times[2] = {{0, UTIME_OMIT}, {(time - nanos) / second, nanos}};
    const auto slash = wanted_.path.rfind('/');
    const auto name = wanted_.path.substr(slash == std::string::npos ? 0 : slash + 1);
    if (::futimens(file_.get(), times) != 0 || ::renameat(place_.get(), name_.c_str(), place_.get(), name.c_str()) != 0)
      return folder_.os_failure("write", wanted_.path, errno);
    file_.reset();
    return {};
  }

  void discard() { keep_ = false; }

 private:
  Draft(const LocalFolder& folder, const MediaFile& wanted, system::UniqueFd place)
      : folder_(folder), wanted_(wanted), place_(std::move(place)) {}

  // False where somebody else writes it.
  bool open(const std::string& key, int flags) {
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

  const LocalFolder& folder_;
  const MediaFile& wanted_;
  system::UniqueFd place_;
  system::UniqueFd file_;
  std::string name_;
  std::uint64_t at_ = 0;
  bool keep_ = true;
};

class Receiver {
 public:
  Receiver(const LocalFolder& folder, Conversation& conversation, Queue& queue)
      : folder_(folder), conversation_(conversation), queue_(queue), run_(random_hex(8)) {}

  // Asks for all of them at once, and takes them as they come.
  Result<void> receive(std::span<const MediaFile> files) {
    std::deque<Draft> drafts;
    for (const auto& file : files) {
      DIVIO_TRY(draft, Draft::begin(folder_, file, fmt::format("{}-{}", run_, count_++)));
      DIVIO_CHECK(conversation_.say(fmt::format("get {} {}\n{}", draft.at(), file.path.size(), file.path)));
      drafts.push_back(std::move(draft));
    }
    for (const auto& file : files) {
      DIVIO_CHECK(take(file, drafts.front()));
      drafts.pop_front();
    }
    return {};
  }

 private:
  Result<void> take(const MediaFile& file, Draft& draft) {
    DIVIO_TRY(head, conversation_.next());
    if (head.kind == 'm') return leave(file, draft);
    std::uint64_t size = 0;
    std::int64_t seconds = 0;
    const auto* end = head.bytes.data() + head.bytes.size();
    const auto size_end = std::from_chars(head.bytes.data(), end, size).ptr;
    if (size_end != end) std::from_chars(size_end + 1, end, seconds);
    while (true) {
      DIVIO_TRY(frame, conversation_.next());
      if (frame.kind != 'd') break;
      DIVIO_CHECK(draft.write(frame.bytes));
      queue_.add_bytes(frame.bytes.size());
    }
    if (draft.at() != size || size != file.bytes) return leave(file, draft);
    const auto planned = (file.changed_ns - (file.changed_ns % second + second) % second) / second;
    if (planned != seconds) return leave(file, draft);
    DIVIO_CHECK(draft.put_in_place(file.changed_ns));
    queue_.add_file();
    return {};
  }

  Result<void> leave(const MediaFile& file, Draft& draft) {
    draft.discard();
    queue_.skip(file.path);
    return {};
  }

  const LocalFolder& folder_;
  Conversation& conversation_;
  Queue& queue_;
  std::string run_;
  std::uint64_t count_ = 0;
};

}  // namespace

Result<void> receive_files(const LocalFolder& folder, Conversation& conversation, Queue& queue) {
  Receiver receiver(folder, conversation, queue);
  for (auto files = queue.next(); !files.empty(); files = queue.next()) DIVIO_CHECK(receiver.receive(files));
  return {};
}

}  // namespace divio::media
