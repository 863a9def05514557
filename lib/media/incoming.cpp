#include "media/incoming.hpp"

#include <fmt/format.h>

#include <charconv>

#include "media/at_once.hpp"
#include "media/content_type.hpp"
#include "media/objects.hpp"
#include "media/transfer.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::media {
namespace {

constexpr std::uint64_t largest_small = std::uint64_t{1} << 20;
constexpr std::size_t in_the_pipe = std::size_t{1} << 20;
constexpr std::string_view replace_word = "replace";

Failure unreadable() { return fail(ErrorCode::failed, "what an archive of media left in the bucket cannot be read"); }

Result<void> put(const Bucket& bucket, const std::string& key, const ports::ObjectHeaders& headers, const std::string& bytes) {
  DIVIO_TRY(stored, bucket.storage->put_with(key, headers, [&](const ports::ByteSink& sink) { return sink(bytes); }, bucket.stop));
  return {};
}

Result<void> put_piped(const Bucket& bucket, const std::string& key, const ports::ObjectHeaders& headers, system::BytePipe& pipe) {
  const auto stored = bucket.storage->put_with(key, headers, [&](const ports::ByteSink& sink) -> Result<void> {
    std::string piece(piece_size, '\0');
    while (true) {
      DIVIO_TRY(count, pipe.read(piece.data(), piece.size(), bucket.stop));
      if (count == 0) return {};
      DIVIO_CHECK(sink(std::string_view(piece).substr(0, count)));
    }
  }, bucket.stop);
  pipe.close_reading();
  return stored ? Result<void>{} : Failure(stored.error());
}

Result<void> check_entry(char type, const MediaFile& file) {
  const auto name = printable(file.path);
  if (type == '1' || type == '2')
    return fail(ErrorCode::invalid, fmt::format("{} is a link, which a bucket cannot keep", name),
                "media pull and media push copy the files, and leave links out");
  if (type != '0') return fail(ErrorCode::invalid, fmt::format("{} is no file, and a bucket cannot keep it", name));
  if (!check_path(file.path) || !ports::check_key(file.path))
    return fail(ErrorCode::invalid, fmt::format("{} is a name that a bucket cannot keep", name),
                "rename it, or use media pull and media push, which leave it out: names are UTF-8 of up to 900 bytes, 200 in each folder");
  return {};
}

}  // namespace

std::string write_incoming(const Incoming& incoming) {
  std::string text = incoming.existing == Existing::replace ? "replace\n" : "keep\n";
  for (const auto& file : incoming.files) text += fmt::format("{} {} {}\n", file.bytes, file.changed_ns, file.path);
  return text;
}

Result<Incoming> read_incoming(std::string_view text) {
  Incoming incoming;
  bool first = true;
  for (const auto& line : split(text, '\n')) {
    if (line.empty()) continue;
    if (std::exchange(first, false)) {
      incoming.existing = line == replace_word ? Existing::replace : Existing::keep;
      continue;
    }
    MediaFile file;
    const std::string whole(line);
    const auto* end = whole.data() + whole.size();
    const auto bytes = std::from_chars(whole.data(), end, file.bytes);
    if (bytes.ec != std::errc{} || bytes.ptr == end) return unreadable();
    const auto time = std::from_chars(bytes.ptr + 1, end, file.changed_ns);
    if (time.ec != std::errc{} || time.ptr == end) return unreadable();
    file.path.assign(time.ptr + 1, end);
    DIVIO_CHECK(check_path(file.path));
    incoming.files.push_back(std::move(file));
  }
  if (first) return unreadable();
  return incoming;
}

std::string incoming_key(const std::string& run, std::size_t number) { return fmt::format("{}{}/{}", incoming_prefix, run, number); }

IncomingFiles::~IncomingFiles() {
  if (large_) large_->close_writing(fail(ErrorCode::cancelled, "the archive broke off"));
  if (large_stored_.valid()) large_stored_.wait();
  for (auto& one : on_their_way_) one.wait();
}

tar::Receiver IncomingFiles::receiver() {
  return {[this](const tar::Entry& entry) { return begin(entry); }, [this](std::string_view bytes) { return add(bytes); }, [this] { return end(); }};
}

Result<void> IncomingFiles::begin(const tar::Entry& entry) {
  if (entry.type == '5') return {};
  auto file = media_file(entry);
  DIVIO_CHECK(check_entry(entry.type, file));
  files_.push_back(std::move(file));
  small_.clear();
  if (entry.size <= largest_small) return {};
  while (!on_their_way_.empty()) DIVIO_CHECK(wait_for_oldest());  // a large one takes the memory of them all
  large_ = std::make_unique<system::BytePipe>(in_the_pipe);
  large_stored_ = std::async(std::launch::async, [this, key = incoming_key(run_, files_.size() - 1), headers = headers_of(files_.back().path)] {
    return put_piped(bucket_, key, headers, *large_);
  });
  return {};
}

Result<void> IncomingFiles::add(std::string_view bytes) {
  if (!large_) {
    small_ += bytes;
    return {};
  }
  if (large_->write(bytes)) return {};
  DIVIO_CHECK(large_stored_.get());
  return fail(ErrorCode::bug, "a file of an archive was stored before it was whole");
}

Result<void> IncomingFiles::end() {
  if (large_) {
    large_->close_writing({});
    auto stored = large_stored_.get();
    large_.reset();
    return stored;
  }
  if (on_their_way_.size() >= requests_at_once) DIVIO_CHECK(wait_for_oldest());
  on_their_way_.push_back(std::async(std::launch::async, [this, key = incoming_key(run_, files_.size() - 1), headers = headers_of(files_.back().path), bytes = std::move(small_)] {
    return put(bucket_, key, headers, bytes);
  }));
  small_.clear();
  return {};
}

Result<void> IncomingFiles::wait_for_oldest() {
  auto stored = on_their_way_.front().get();
  on_their_way_.pop_front();
  return stored;
}

Result<void> IncomingFiles::finish() {
  while (!on_their_way_.empty()) DIVIO_CHECK(wait_for_oldest());
  return {};
}

}  // namespace divio::media
