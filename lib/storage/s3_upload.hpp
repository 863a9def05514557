// One object on its way to S3: whole in one request if it is small, else in parts, several at once.
#pragma once

#include <deque>
#include <future>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "storage/s3_client.hpp"

namespace divio::storage {

// One thread at a time. Destroyed before finish() has succeeded, it withdraws what was sent.
class S3Upload {
 public:
  S3Upload(S3Client& client, std::string key, const ports::ObjectHeaders& headers, std::stop_token stop);
  S3Upload(const S3Upload&) = delete;
  S3Upload& operator=(const S3Upload&) = delete;
  ~S3Upload();

  [[nodiscard]] Result<void> add(std::string_view bytes);

  // The object is there when this returns; its tag, empty where the storage does not say.
  [[nodiscard]] Result<std::string> finish();

 private:
  [[nodiscard]] Result<void> send_part();
  [[nodiscard]] Result<void> wait_for_oldest();
  [[nodiscard]] Result<std::string> complete();

  S3Client& client_;
  std::string key_;
  std::vector<std::string> headers_;
  std::stop_token stop_;
  std::string filling_ = {};
  std::uint64_t bytes_ = 0;
  std::string id_ = {};  // of the upload in parts; empty: not begun
  int parts_ = 0;        // that have been sent off
  std::deque<std::future<Result<std::string>>> on_their_way_ = {};
  std::vector<std::string> tags_ = {};
};

}  // namespace divio::storage
