// What goes to S3: addresses, queries and headers, in the form that signatures are made of. Pure. After Amazon's "Signature
// Version 4 signing process" and "S3 API Reference".
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "divio/result.hpp"
#include "storage/storage.hpp"

namespace divio::storage {

using Query = std::map<std::string, std::string>;  // in order of names, as the signature wants it

// Where the bucket is.
struct S3Place {
  bool tls = true;
  std::string host;       // "files.s3.amazonaws.com", "127.0.0.1:9000": what is connected to, and the Host header
  std::string base_path;  // "", "/files", "/gateway/files"
};

// invalid for what is no endpoint, bucket, region or key.
[[nodiscard]] Result<S3Place> place_of(const S3Settings& settings);

// "/files/a%20b?uploads=": every byte encoded that is not unreserved, names without a value with their '='.
[[nodiscard]] std::string s3_path(const S3Place& place, std::string_view key, const Query& query);

// The headers of every request. S3 refuses one without the hash of its body, which libcurl 7.88 does not send by itself.
[[nodiscard]] std::vector<std::string> s3_headers(std::string_view body);

// "bytes=5-9", "bytes=5-"
[[nodiscard]] std::string range_header(const ports::ByteRange& range);

}  // namespace divio::storage
