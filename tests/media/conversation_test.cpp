#include <doctest/doctest.h>

#include <deque>

#include "media/conversation.hpp"

using namespace divio;
using media::Conversation;
using media::Frame;
using media::FrameReader;

namespace {

// Gives what it was told to give, piece by piece, and keeps what is written.
class Scripted final : public ports::Session {
 public:
  explicit Scripted(std::deque<ports::Chunk> said, std::string* heard) : said_(std::move(said)), heard_(heard) {}
  Result<std::optional<ports::Chunk>> read(std::chrono::milliseconds) override {
    if (said_.empty()) return std::nullopt;
    auto chunk = std::move(said_.front());
    said_.pop_front();
    return chunk;
  }
  Result<void> write(std::string_view bytes) override {
    if (heard_ == nullptr) return fail(ErrorCode::unreachable, "the other side takes no more");
    *heard_ += bytes;
    return {};
  }
  Result<void> close_input() override { return {}; }
  Result<void> resize(int, int) override { return {}; }
  Result<int> exit_code() override { return 0; }
  int poll_descriptor() const override { return -1; }

 private:
  std::deque<ports::Chunk> said_;
  std::string* heard_;
};

Conversation converse(std::deque<ports::Chunk> said, std::string* heard) {
  return {std::make_unique<Scripted>(std::move(said), heard), "the volume shop-live-media", {}};
}

}  // namespace

TEST_CASE("frames are read whatever pieces they come in") {
  const std::string bytes = "d 5\nhelloo 0\nd 3\n\n \nh 10\n0123456789";
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    FrameReader reader;
    std::string kinds, texts;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      reader.feed(std::string_view(bytes).substr(at, piece));
      Frame frame;
      while (reader.next(frame).value()) {
        kinds += frame.kind;
        texts += frame.bytes + "|";
      }
    }
    CHECK(kinds == "dodh");
    CHECK(texts == "hello||\n \n|0123456789|");
  }
}

TEST_CASE("what is no frame is refused at once, not waited for") {
  for (const auto* bytes : {"bash: perl: not found\n", "d five\n", "d 99999999999\n", "d\n", "\n", "data without any line ending, for a long time"}) {
    CAPTURE(bytes);
    FrameReader reader;
    reader.feed(bytes);
    Frame frame;
    CHECK_FALSE(reader.next(frame));
  }
}

TEST_CASE("requests go together, with what is asked for last") {
  std::string heard;
  auto conversation = converse({{ports::Output::out, "o 2\nok"}}, &heard);
  REQUIRE(conversation.say("idle\n"));
  REQUIRE(conversation.say("put 1 2 3 1\na", "b"));
  CHECK(heard.empty());
  CHECK(conversation.expect('o').value() == "ok");
  CHECK(heard == "idle\nput 1 2 3 1\nab");
}

TEST_CASE("a complaint is an error with its words, also when it comes while requests are on their way") {
  std::string heard;
  const std::deque<ports::Chunk> said{{ports::Output::out, "d 1\nxe 39\ncannot write a: No space left on device"}};
  auto asking = converse(said, &heard);
  CHECK(asking.next());
  const auto error = asking.next().error();
  CHECK(error.code == ErrorCode::failed);
  CHECK(error.message == "the volume shop-live-media: cannot write a: No space left on device");
  CHECK(error.hint.find("the disk of its engine is full") == 0);
  auto sending = converse(said, nullptr);
  REQUIRE(sending.say("put"));
  CHECK(sending.flush().error().message == error.message);
}

TEST_CASE("a complaint comes with what the command behind it said, and with the way out of a full disk") {
  std::string heard;
  auto conversation = converse({{ports::Output::err, "tar: ./a: Cannot write: No space left on device\n"}, {ports::Output::out, "e 22\ncannot write the files"}}, &heard);
  const auto refused = conversation.next();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("cannot write the files: tar: ./a: Cannot write: No space left on device") != std::string::npos);
  CHECK_FALSE(refused.error().hint.empty());
}

TEST_CASE("that the program is still at it is no answer") {
  std::string heard;
  auto conversation = converse({{ports::Output::out, "w 0\nw 0\no 2\nok"}}, &heard);
  CHECK(*conversation.expect('o') == "ok");
}

TEST_CASE("a conversation that ends says so, with what its program said last") {
  std::string heard;
  auto ended = converse({{ports::Output::err, "sh: perl: not found\n"}}, &heard);
  const auto error = ended.next().error();
  CHECK(error.code == ErrorCode::unreachable);
  CHECK(error.message == "the volume shop-live-media cannot be reached any more: sh: perl: not found");
  auto broken = converse({}, nullptr);
  REQUIRE(broken.say("x"));
  CHECK(broken.flush().error().message.find("its program ended") == std::string::npos);
}

TEST_CASE("once it is cancelled nothing more is said or heard") {
  std::string heard;
  std::stop_source stop;
  Conversation conversation(std::make_unique<Scripted>(std::deque<ports::Chunk>{{ports::Output::out, "o 0\n"}}, &heard), "it", stop.get_token());
  stop.request_stop();
  REQUIRE(conversation.say("x"));
  CHECK(conversation.flush().error().code == ErrorCode::cancelled);
  CHECK(conversation.next().error().code == ErrorCode::cancelled);
  CHECK(heard.empty());
}
