// The settings of a bucket that nobody asks.
#pragma once

#include "storage/storage.hpp"

namespace divio::tests {

inline storage::S3Settings s3_settings() {
  storage::S3Settings made;
  made.endpoint = "https://s3.example.com";
  made.bucket = "files";
  made.access_key = "AKIAX";
  made.secret_key = Secret("very-secret");
  return made;
}

}  // namespace divio::tests
