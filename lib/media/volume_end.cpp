#include <fmt/format.h>

#include "media/content_type.hpp"
#include "media/conversations.hpp"
#include "media/object_end.hpp"
#include "media/transfer.hpp"
#include "media/tree_requests.hpp"
#include "media/volume_objects.hpp"
#include "support/ids.hpp"
#include "support/try.hpp"

namespace divio::media {
namespace {

constexpr int draft_bytes = 16;

Result<std::string> gathered(const ports::ByteWriter& content) {
  std::string all;
  DIVIO_CHECK(content([&](std::string_view bytes) -> Result<void> {
    all += bytes;
    return {};
  }));
  return all;
}

// The tag of the file that was put in place last.
Result<std::string> tag_of_placed(Conversation& conversation) {
  DIVIO_CHECK(conversation.say("placed\n"));
  DIVIO_TRY(answer, conversation.expect('o'));
  std::string_view words = answer;
  std::uint64_t bytes = 0;
  std::int64_t changed_ns = 0;
  std::int64_t touched_ns = 0;
  if (parse_number(take_word(words), bytes) && parse_time(take_word(words), changed_ns) && parse_time(take_word(words), touched_ns)) return tag_of(bytes, changed_ns, touched_ns);
  return fail(ErrorCode::failed, fmt::format("the program says of a file that it has put in place '{}'", printable(answer)));
}

// What comes after "get", until the end of the file; false where there is none.
Result<bool> take_frames(Conversation& conversation, const MediaFile& file, const ports::ByteSink& sink) {
  DIVIO_CHECK(conversation.say(fmt::format("get 0 {}\n{}", file.path.size(), file.path)));
  DIVIO_TRY(head, conversation.next());
  if (head.kind == 'm') return false;
  while (true) {
    DIVIO_TRY(frame, conversation.next());
    if (frame.kind != 'd') return true;
    DIVIO_CHECK(sink(frame.bytes));
  }
}

class VolumeEnd final : public ObjectEnd {
 public:
  VolumeEnd(const std::string& name, bool written, std::unique_ptr<Conversations> conversations)
      : name_("volume " + name), written_(written), conversations_(std::move(conversations)) {}

  std::string name() const override { return name_; }
  Result<Objects> list() override {
    return conversations_->with(0, [&](auto& one) { return read_tree(one).map([&](const Tree& tree) { return objects_of(tree, written_); }); });
  }
  Result<bool> read(const Listed& object, const Take& take) override {
    return object.file.bytes <= largest_small_file ? read_small(object.file, take) : read_large(object.file, take);
  }
  Result<std::string> write(const MediaFile& file, const ports::ObjectHeaders&, const ports::ByteWriter& content) override {
    return file.bytes <= largest_small_file ? write_small(file, content) : write_large(file, content);
  }
  Result<void> remove(const std::string& key) override {
    return conversations_->with(0, [&](auto& one) { return one.say(fmt::format("remove {}\n{}", key.size(), key)).and_then([&] { return one.flush(); }); });
  }
  bool has_folders() const override { return true; }
  Result<void> settle() override { return conversations_->settle(); }
  Result<void> flush() override {
    DIVIO_CHECK(settle());
    return conversations_->with(0, [](auto& one) { return one.say("sweep\nsync\n").and_then([&] { return one.expect('o').map([](auto&&) {}); }); });
  }
  Result<Sums> sums(const std::vector<Listed>& objects) override;

 private:
  Result<bool> read_small(const MediaFile& file, const Take& take);
  Result<bool> read_large(const MediaFile& file, const Take& take);
  Result<std::string> write_small(const MediaFile& file, const ports::ByteWriter& content);
  Result<std::string> write_large(const MediaFile& file, const ports::ByteWriter& content);

  std::string name_;
  bool written_;
  std::unique_ptr<Conversations> conversations_;
};

// The conversation is free again before the other end, which may be far away, gets the file. One that has grown is another one.
Result<bool> VolumeEnd::read_small(const MediaFile& file, const Take& take) {
  std::string all;
  std::uint64_t bytes = 0;
  const auto append = [&](std::string_view more) -> Result<void> {
    bytes += more.size();
    if (bytes <= file.bytes) all += more;
    return {};
  };
  DIVIO_TRY(there, conversations_->with(file.bytes, [&](auto& one) { return take_frames(one, file, append); }));
  if (!there || bytes != file.bytes) return false;
  DIVIO_CHECK(take(headers_of(file.path), [&](const ports::ByteSink& sink) { return sink(all); }));
  return true;
}

Result<bool> VolumeEnd::read_large(const MediaFile& file, const Take& take) {
  return conversations_->with(file.bytes, [&](auto& one) -> Result<bool> {
    bool there = true;
    const auto taken = take(headers_of(file.path), [&](const ports::ByteSink& sink) -> Result<void> {
      DIVIO_ASSIGN(there, take_frames(one, file, sink));
      return there ? Result<void>() : fail(ErrorCode::not_found, fmt::format("{} is not there any more", printable(file.path)));
    });
    if (!there) return false;
    return taken.map([] { return true; });
  });
}

Result<std::string> VolumeEnd::write_small(const MediaFile& file, const ports::ByteWriter& content) {
  DIVIO_TRY(all, gathered(content));
  return conversations_->with(all.size(), [&](auto& one) -> Result<std::string> {
    DIVIO_CHECK(one.say(fmt::format("put {} {} {}\n{}", all.size(), time_words(file.changed_ns), file.path.size(), file.path), all));
    return tag_of_placed(one);
  });
}

// A content that fails is no failure of the conversation.
Result<std::string> VolumeEnd::write_large(const MediaFile& file, const ports::ByteWriter& content) {
  Result<void> written;
  auto tag = conversations_->with(file.bytes, [&](auto& one) -> Result<std::string> {
    DIVIO_CHECK(one.say(fmt::format("begin {} {} {}\n{}", file.bytes, random_hex(draft_bytes), file.path.size(), file.path)));
    DIVIO_TRY(ignored, one.expect('o'));
    Result<void> said;
    written = content([&](std::string_view bytes) { return said = one.say(fmt::format("piece {}\n", bytes.size()), bytes); });
    DIVIO_CHECK(said);
    if (!written) return one.say("drop\n").map([] { return std::string(); });
    DIVIO_CHECK(one.say(fmt::format("finish {}\n", time_words(file.changed_ns))));
    return tag_of_placed(one);
  });
  if (tag && !written) return Failure(std::move(written).error());
  return tag;
}

Result<ObjectEnd::Sums> VolumeEnd::sums(const std::vector<Listed>& objects) {
  std::vector<std::string> paths;
  for (const auto& one : objects) paths.push_back(one.file.path);
  return conversations_->with(0, [&](auto& conversation) -> Result<Sums> {
    DIVIO_TRY(found, read_sums(conversation, paths));
    DIVIO_TRY(tree, read_tree(conversation));
    const auto now = objects_of(tree, written_);
    Sums sums;
    for (const auto& one : objects) {
      const auto* tag = now.tag_at(one.file.path);
      const auto sum = found.find(one.file.path);
      const bool still = tag != nullptr && *tag == one.tag;
      if (still && sum == found.end()) return fail(ErrorCode::failed, fmt::format("{} in {} cannot be read", printable(one.file.path), name_));
      sums.push_back(still ? std::optional(sum->second) : std::nullopt);
    }
    return sums;
  });
}

}  // namespace

Result<std::unique_ptr<ObjectEnd>> volume_end(const Volume& volume, bool written) {
  DIVIO_TRY(conversations, Conversations::open(volume));
  return std::make_unique<VolumeEnd>(volume.name, written, std::move(conversations));
}

}  // namespace divio::media
