#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>

#include "media/transfer.hpp"
#include "support/try.hpp"

namespace divio::media {
namespace {

class Sender {
 public:
  Sender(const LocalFolder& folder, Conversation& conversation, Queue& queue)
      : folder_(folder), conversation_(conversation), queue_(queue), buffer_(piece_size, '\0') {}

  Result<void> send(const MediaFile& file) {
    DIVIO_TRY(opened, folder_.read(file.path));
    if (!opened) {
      queue_.skip(file.path);
      return {};
    }
    return opened->seen.bytes <= largest_small_file ? send_small(*opened) : send_large(*opened);
  }

 private:
  Result<void> send_small(const OpenFile& file) {
    DIVIO_TRY(bytes, read(file, 0, file.seen.bytes));
    if (bytes.size() != file.seen.bytes || !LocalFolder::is_unchanged(file)) {
      queue_.skip(file.seen.path);
      return {};
    }
    DIVIO_CHECK(conversation_.say(fmt::format("put {} {} {}\n{}", bytes.size(), time_words(file.seen.changed_ns),
                                              file.seen.path.size(), file.seen.path), bytes));
    queue_.add_bytes(bytes.size());
    queue_.add_file();
    return {};
  }

  Result<void> send_large(const OpenFile& file) {
    const auto& seen = file.seen;
    DIVIO_CHECK(conversation_.say(fmt::format("begin {} {} {}\n{}", seen.bytes, draft_key(seen), seen.path.size(), seen.path)));
    DIVIO_TRY(answer, conversation_.expect('o'));
    std::uint64_t at = 0;
    std::from_chars(answer.data(), answer.data() + answer.size(), at);
    while (at < seen.bytes) {
      DIVIO_TRY(bytes, read(file, at, seen.bytes - at));
      if (bytes.empty()) break;
      DIVIO_CHECK(conversation_.say(fmt::format("piece {}\n", bytes.size()), bytes));
      queue_.add_bytes(bytes.size());
      at += bytes.size();
    }
    if (at != seen.bytes || !LocalFolder::is_unchanged(file)) {
      queue_.skip(seen.path);
      return conversation_.say("drop\n");
    }
    DIVIO_CHECK(conversation_.say(fmt::format("finish {}\n", time_words(seen.changed_ns))));
    queue_.add_file();
    return {};
  }

  // As much as one piece; fewer bytes only at the file's end.
  Result<std::string_view> read(const OpenFile& file, std::uint64_t from, std::uint64_t most) {
    std::size_t have = 0;
    const auto wanted = std::min<std::uint64_t>(most, buffer_.size());
    while (have < wanted) {
      const auto count = ::pread(file.file.get(), buffer_.data() + have, wanted - have, static_cast<off_t>(from + have));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return folder_.os_failure("read", file.seen.path, errno);
      if (count == 0) break;
      have += static_cast<std::size_t>(count);
    }
    return std::string_view(buffer_).substr(0, have);
  }

  const LocalFolder& folder_;
  Conversation& conversation_;
  Queue& queue_;
  std::string buffer_;
};

}  // namespace

Result<void> send_files(const LocalFolder& folder, Conversation& conversation, Queue& queue) {
  Sender sender(folder, conversation, queue);
  for (auto files = queue.next(); !files.empty(); files = queue.next())
    for (const auto& file : files) DIVIO_CHECK(sender.send(file));
  return conversation.flush();
}

}  // namespace divio::media
