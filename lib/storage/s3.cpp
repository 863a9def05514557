#include <fmt/format.h>

#include <algorithm>

#include "storage/s3_answers.hpp"
#include "storage/s3_client.hpp"
#include "storage/s3_upload.hpp"
#include "support/ids.hpp"
#include "support/try.hpp"

namespace divio::storage {
namespace {

constexpr int attempts_without_progress = 3;
constexpr std::uint64_t largest_copy = std::uint64_t{5} << 30;  // that CopyObject takes; larger ones go through this process

// What has been read of an object, so that a connection that breaks is followed by another from there on.
struct Reading {
  const ports::ByteSink& sink;
  std::uint64_t at;
  bool refused = false;  // by the sink

  Result<void> take(std::string_view bytes) {
    auto taken = sink(bytes);
    refused = !taken;
    at += bytes.size();
    return taken;
  }
};

bool may_go_on(const Error& error) {
  return error.code == ErrorCode::unreachable || error.code == ErrorCode::timed_out;
}

class S3 final : public ports::ObjectStorage {
 public:
  S3(S3Settings settings, S3Place place) : client_(std::move(settings), std::move(place)) {}

  Result<ports::StoredObject> put(const std::string& key, const ports::ByteWriter& content, std::stop_token stop) override {
    return put_with(key, {}, content, std::move(stop));
  }

  Result<ports::StoredObject> put_with(const std::string& key, const ports::ObjectHeaders& headers, const ports::ByteWriter& content,
                                       std::stop_token stop) override {
    DIVIO_CHECK(ports::check_key(key));
    S3Upload upload(client_, key, headers, stop);
    ports::StoredObject stored;
    Sha256 hash;
    DIVIO_CHECK(content([&](std::string_view bytes) -> Result<void> {
      if (stop.stop_requested()) return fail(ErrorCode::cancelled, "the transfer was cancelled");
      hash.add(bytes);
      stored.bytes += bytes.size();
      return upload.add(bytes);
    }));
    DIVIO_ASSIGN(stored.tag, upload.finish());
    stored.sha256 = hash.hex();
    return stored;
  }

  Result<void> get(const std::string& key, const ports::ByteRange& range, const ports::ByteSink& sink,
                   std::stop_token stop) override {
    DIVIO_CHECK(ports::check_key(key));
    DIVIO_TRY(info, meant(key, range, stop));
    DIVIO_CHECK(ports::check_range(range, info));
    const auto end = range.bytes ? range.from + std::min(*range.bytes, info.bytes - range.from) : info.bytes;
    Reading reading{sink, range.from};
    for (int in_vain = 0; reading.at < end;) {
      const auto began_at = reading.at;
      auto read = client_.call({.key = key, .headers = {"Range: " + range_header({reading.at, end - reading.at}),
                                                        fmt::format("If-Match: \"{}\"", info.tag)}},
                               stop, [&](std::string_view bytes) { return reading.take(bytes); });
      in_vain = reading.at > began_at ? 0 : in_vain + 1;
      if (!read && (reading.refused || !may_go_on(read.error()) || in_vain == attempts_without_progress))
        return Failure(std::move(read).error());
      if (read && reading.at < end && in_vain > 0)
        return fail(ErrorCode::failed, fmt::format("the S3 storage gave no more than a part of {}", key), "try again");
    }
    return {};
  }

  Result<std::string> copy(const std::string& from, const std::string& to, std::stop_token stop) override {
    DIVIO_CHECK(ports::check_key(from));
    DIVIO_CHECK(ports::check_key(to));
    DIVIO_TRY(info, client_.head(from, stop));
    if (info.bytes > largest_copy) {
      DIVIO_TRY(stored, put(to, [&](const ports::ByteSink& sink) { return get(from, {}, sink, stop); }, stop));
      return std::move(stored.tag);
    }
    DIVIO_TRY(answer, client_.call({.method = "PUT", .key = to, .headers = {"x-amz-copy-source: " + client_.source_of(from)}}, stop));
    DIVIO_TRY(tag, read_copied_tag(answer.body));
    if (tag.find('-') == std::string::npos) return tag;
    // Of what was stored in parts, some say the source's tag, which is not that of the copy.
    DIVIO_TRY(page, list(to, {}, 1));
    return page.objects.empty() || page.objects.front().key != to ? std::string() : page.objects.front().tag;
  }

  Result<ports::ObjectInfo> head(const std::string& key) override {
    DIVIO_CHECK(ports::check_key(key));
    return client_.head(key, {});
  }

  Result<ports::ObjectPage> list(const std::string& prefix, const std::string& from, int limit) override {
    Query query{{"encoding-type", "url"}, {"list-type", "2"}, {"max-keys", std::to_string(std::clamp(limit, 1, 1000))}};
    if (!prefix.empty()) query["prefix"] = prefix;
    if (!from.empty()) query["continuation-token"] = from;
    DIVIO_TRY(answer, client_.call({.query = query}, {}));
    return read_page(answer.body);
  }

  Result<void> remove(const std::string& key) override {
    DIVIO_CHECK(ports::check_key(key));
    auto answer = client_.call({.method = "DELETE", .key = key}, {});
    if (answer) return {};
    // Amazon says 204 of what is gone, some others 404; a bucket that is not there is another matter.
    const bool gone = answer.error().code == ErrorCode::not_found && answer.error().message.starts_with("there is no " + key + " in");
    return gone ? Result<void>{} : Failure(std::move(answer).error());
  }

 private:
  // Who knows the tag, and how much is wanted, need not ask before.
  Result<ports::ObjectInfo> meant(const std::string& key, const ports::ByteRange& range, const std::stop_token& stop) {
    if (range.tag.empty() || !range.bytes) return client_.head(key, stop);
    ports::ObjectInfo info{.key = key, .bytes = range.from + *range.bytes};
    info.tag = range.tag;
    return info;
  }

  S3Client client_;
};

}  // namespace

Result<std::unique_ptr<ports::ObjectStorage>> open_s3(S3Settings settings) {
  DIVIO_TRY(place, place_of(settings));
  return std::make_unique<S3>(std::move(settings), std::move(place));
}

}  // namespace divio::storage
