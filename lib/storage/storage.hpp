// Object storages: a folder of this machine, and S3.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "divio/result.hpp"
#include "divio/secret.hpp"
#include "ports/object_storage.hpp"

namespace divio::storage {

// Objects as files below `root`, with the keys as their paths; the folder is made when something is first put. What is
// being written lies in root/.divio-incoming, and what a killed process left there goes with the next put().
[[nodiscard]] std::unique_ptr<ports::ObjectStorage> open_folder(const std::filesystem::path& root);

struct S3Settings {
  std::string endpoint;             // "https://s3.eu-central-1.amazonaws.com"; http:// only for a network one trusts
  std::string bucket;
  std::string region = "us-east-1"; // as the storage calls it; most that are not AWS take any
  std::string access_key;
  Secret secret_key;
  bool path_style = true;           // ENDPOINT/BUCKET/KEY; else BUCKET.ENDPOINT/KEY
  std::string authority = {};       // certificate of who vouches for its own, PEM; empty: the machine's authorities
};

// invalid for settings that cannot be; nothing is asked of the storage yet.
//
// Objects of more than 8 MiB go up in parts, several at once, with at most 40 MiB in memory; the largest is about
// 200 GiB. An upload whose process is killed leaves parts that are no object but take room: give the bucket a rule that
// ends incomplete uploads after some days.
[[nodiscard]] Result<std::unique_ptr<ports::ObjectStorage>> open_s3(S3Settings settings);

}  // namespace divio::storage
