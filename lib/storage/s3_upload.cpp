#include "storage/s3_upload.hpp"

#include <fmt/format.h>

#include "storage/parts.hpp"
#include "storage/s3_answers.hpp"
#include "storage/s3_errors.hpp"
#include "storage/xml.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::storage {
namespace {

constexpr std::size_t likely_small = std::size_t{1} << 20;  // most objects are, and take no room for a whole part

}  // namespace

S3Upload::S3Upload(S3Client& client, std::string key, const ports::ObjectHeaders& headers, std::stop_token stop)
    : client_(client), key_(std::move(key)), stop_(std::move(stop)) {
  for (const auto& [name, value] : headers) headers_.push_back(fmt::format("{}: {}", name, value));
}

S3Upload::~S3Upload() {
  for (auto& part : on_their_way_) part.wait();
  if (id_.empty()) return;
  // Also when it was cancelled: parts that stay cost money and are seen by nobody.
  static_cast<void>(client_.call({.method = "DELETE", .key = key_, .query = {{"uploadId", id_}}}, {}));
}

Result<void> S3Upload::add(std::string_view bytes) {
  bytes_ += bytes.size();
  while (!bytes.empty()) {
    const auto size = part_bytes(parts_ + 1);
    const auto taken = std::min(size - filling_.size(), bytes.size());
    // Growing by itself it would take up to twice as much, and three times while it moves.
    if (filling_.size() + taken > likely_small) filling_.reserve(size);
    filling_ += bytes.substr(0, taken);
    bytes.remove_prefix(taken);
    if (filling_.size() == size) DIVIO_CHECK(send_part());
  }
  return {};
}

Result<void> S3Upload::send_part() {
  if (stop_.stop_requested()) return fail(ErrorCode::cancelled, "the transfer was cancelled");
  if (parts_ == most_parts)
    return fail(ErrorCode::failed, fmt::format("{} is larger than {}", key_, human_bytes(largest_object())),
                "an object of that size cannot be stored; split it");
  if (id_.empty()) {
    DIVIO_TRY(answer, client_.call({.method = "POST", .key = key_, .query = {{"uploads", ""}}, .headers = headers_}, stop_));
    DIVIO_ASSIGN(id_, read_upload_id(answer.body));
  }
  while (static_cast<int>(on_their_way_.size()) >= parts_at_once(parts_ + 1)) DIVIO_CHECK(wait_for_oldest());
  ++parts_;
  S3Call call{.method = "PUT", .key = key_, .query = {{"partNumber", std::to_string(parts_)}, {"uploadId", id_}},
              .body = std::exchange(filling_, {})};
  on_their_way_.push_back(std::async(std::launch::async, [this, call = std::move(call)]() mutable -> Result<std::string> {
    DIVIO_TRY(answer, client_.call(std::move(call), stop_));
    return bare_tag(answer.headers["etag"]);
  }));
  return {};
}

Result<void> S3Upload::wait_for_oldest() {
  auto tag = on_their_way_.front().get();
  on_their_way_.pop_front();
  if (!tag) return Failure(std::move(tag).error());
  if (tag->empty()) return fail(ErrorCode::failed, "the S3 storage gave no tag for a part of " + key_);
  tags_.push_back(std::move(*tag));
  return {};
}

Result<std::string> S3Upload::finish() {
  if (id_.empty()) {
    DIVIO_TRY(answer, client_.call({.method = "PUT", .key = key_, .body = std::exchange(filling_, {}), .headers = headers_}, stop_));
    return bare_tag(answer.headers["etag"]);
  }
  if (!filling_.empty()) DIVIO_CHECK(send_part());
  while (!on_their_way_.empty()) DIVIO_CHECK(wait_for_oldest());
  DIVIO_TRY(tag, complete());
  id_.clear();
  return tag;
}

Result<std::string> S3Upload::complete() {
  auto answer = client_.call(
      {.method = "POST", .key = key_, .query = {{"uploadId", id_}}, .body = complete_upload_xml(tags_)}, stop_);
  if (!answer) return Failure(std::move(answer).error());
  // This call answers 200 before it is known how it ends.
  const auto root = read_xml(answer->body);
  if (root && root->name == "CompleteMultipartUploadResult") return bare_tag(root->text_of("ETag"));
  const auto code = code_of(*answer);
  // It was sent twice since the first answer was lost: then the upload is no more, and the object is there.
  if (code == "NoSuchUpload" && answer->repeated)
    if (const auto there = client_.head(key_, stop_); there && there->bytes == bytes_) return there->tag;
  return fail(ErrorCode::failed, fmt::format("the S3 storage could not put {} together{}", key_, code.empty() ? "" : ": " + code),
              "try again; what was there before is as it was");
}

}  // namespace divio::storage
