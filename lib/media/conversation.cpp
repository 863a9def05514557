#include "media/conversation.hpp"

#include <fmt/format.h>

#include <charconv>
#include <chrono>

#include "media/manifest.hpp"
#include "model/full_disk.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::media {
namespace {

constexpr char still_at_it = 'w';
constexpr std::size_t enough = std::size_t{256} * 1024;
constexpr std::size_t longest_head = 32;
constexpr std::size_t longest_frame = std::size_t{16} << 20;
constexpr std::chrono::seconds patience{300};

}  // namespace

void FrameReader::feed(std::string_view bytes) {
  if (begin_ > 0) {
    bytes_.erase(0, begin_);
    begin_ = 0;
  }
  bytes_ += bytes;
}

Result<bool> FrameReader::next(Frame& frame) {
  const auto rest = std::string_view(bytes_).substr(begin_);
  const auto line = rest.find('\n');
  const auto wrong = [&] { return fail(ErrorCode::failed, "its answer is none: " + printable(rest.substr(0, 100))); };
  if (line == std::string_view::npos) {
    if (rest.size() > longest_head) return wrong();
    return false;
  }
  std::size_t size = 0;
  if (line < 3 || rest[1] != ' ') return wrong();
  const auto [end, error] = std::from_chars(rest.data() + 2, rest.data() + line, size);
  if (error != std::errc{} || end != rest.data() + line || size > longest_frame) return wrong();
  if (rest.size() - line - 1 < size) return false;
  frame.kind = rest[0];
  frame.bytes.assign(rest.substr(line + 1, size));
  begin_ += line + 1 + size;
  return true;
}

Conversation::Conversation(std::unique_ptr<ports::Session> session, std::string about, std::stop_token stop)
    : session_(std::move(session)), about_(std::move(about)), stop_(std::move(stop)) {}

Failure Conversation::broken(const std::string& why) const {
  const auto said = trim(errors_);
  return fail(ErrorCode::unreachable, fmt::format("{} cannot be reached any more: {}", about_, said.empty() ? why : printable(said.substr(0, 500))),
              "type the command again: what was copied stays");
}

// With what a command that it started said of it.
Failure Conversation::complaint(std::string_view text) const {
  const auto said = trim(errors_);
  const auto why = said.empty() ? std::string(text) : fmt::format("{}: {}", text, said.substr(0, 500));
  return fail(ErrorCode::failed, fmt::format("{}: {}", about_, printable(std::string_view(why).substr(0, 1000))),
              model::says_full_disk(why) ? std::string(model::full_disk_hint) : "");
}

Result<void> Conversation::say(std::string_view request, std::string_view bytes) {
  out_ += request;
  out_ += bytes;
  return out_.size() < enough ? Result<void>{} : flush();
}

Result<void> Conversation::flush() {
  if (stop_.stop_requested()) return fail(ErrorCode::cancelled, "the transfer was cancelled", "type the command again to go on with it");
  if (out_.empty()) return {};
  const auto sent = session_->write(out_);
  out_.clear();
  if (sent) return {};
  // It ended: why is what it said last.
  while (true)
    if (auto said = next(); !said) return Failure(said.error().code == ErrorCode::failed ? said.error() : broken(sent.error().message).value());
}

Result<Frame> Conversation::next() {
  DIVIO_CHECK(flush());
  Frame frame;
  auto waited = std::chrono::milliseconds(0);
  while (true) {
    const auto whole = frames_.next(frame);
    if (!whole) return broken(whole.error().message);
    if (*whole && frame.kind != still_at_it) break;
    if (*whole) continue;
    if (stop_.stop_requested()) return fail(ErrorCode::cancelled, "the transfer was cancelled", "type the command again to go on with it");
    auto chunk = session_->read(look_up);
    if (!chunk && chunk.error().code == ErrorCode::timed_out && (waited += look_up) < patience) continue;
    if (!chunk) return broken(chunk.error().message);
    if (!*chunk) return broken("its program ended");
    waited = std::chrono::milliseconds(0);
    if ((*chunk)->output == ports::Output::out)
      frames_.feed((*chunk)->bytes);
    else if (errors_.size() < longest_head * 100)
      errors_ += (*chunk)->bytes;
  }
  if (frame.kind == 'e') return complaint(frame.bytes);
  return frame;
}

Result<std::string> Conversation::expect(char kind) {
  DIVIO_TRY(frame, next());
  if (frame.kind != kind) return broken(fmt::format("it answered {} instead of {}", frame.kind, kind));
  return std::move(frame.bytes);
}

}  // namespace divio::media
