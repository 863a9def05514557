// Requests to S3, signed, repeated where the storage says "not now", with refusals as errors.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "storage/s3_request.hpp"
#include "storage/storage.hpp"
#include "system/http.hpp"

namespace divio::storage {

struct S3Call {
  std::string method = "GET";
  std::string key = {};  // empty: the bucket
  Query query = {};
  std::string body = {};
  std::vector<std::string> headers = {};  // in addition
};

// Safe from several threads at once.
class S3Client {
 public:
  S3Client(S3Settings settings, S3Place place);

  // The answer, which is a success; the body of one goes to `sink` where there is one. All calls here may be made twice:
  // doing so is doing it once.
  [[nodiscard]] Result<system::HttpResponse> call(S3Call call, const std::stop_token& stop,
                                                  const system::BodySink& sink = {});

  [[nodiscard]] Result<ports::ObjectInfo> head(const std::string& key, const std::stop_token& stop);

  // What x-amz-copy-source calls an object.
  [[nodiscard]] std::string source_of(std::string_view key) const;

 private:
  S3Settings settings_;
  S3Place place_;
  system::HttpClient http_;
};

}  // namespace divio::storage
