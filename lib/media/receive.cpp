#include <fmt/format.h>

#include <charconv>
#include <deque>

#include "media/draft.hpp"
#include "media/file_time.hpp"
#include "media/transfer.hpp"
#include "support/ids.hpp"
#include "support/try.hpp"

namespace divio::media {
namespace {

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
    std::string by_then;
    while (true) {
      DIVIO_TRY(frame, conversation_.next());
      if (frame.kind != 'd') {
        by_then = std::move(frame.bytes);
        break;
      }
      DIVIO_CHECK(draft.write(frame.bytes));
      queue_.add_bytes(frame.bytes.size());
    }
    if (draft.at() != size || size != file.bytes || by_then != head.bytes) return leave(file, draft);
    if (file_time(file.changed_ns).seconds != seconds) return leave(file, draft);
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
