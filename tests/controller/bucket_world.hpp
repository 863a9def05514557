// A world whose project has media in S3.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "controller/media_data.hpp"
#include "controller/service_changes.hpp"
#include "controller/service_world.hpp"
#include "storage/storage.hpp"

namespace divio::controller::testing {

// Buckets are folders. A key pair opens what it is said to.
struct BucketWorld : ServiceWorld {
  BucketWorld() {
    file.services = {{.prefix = *model::ServicePrefix::parse("media"), .type = model::ServiceType::media, .storage = model::MediaStorage::s3}};
    opens = {{"KEY1", {"one"}}, {"KEY2", {"one"}}, {"OTHER", {"two"}}, {"BOTH", {"one", "two"}}};
    runtime->open_bucket = [this](const model::Bucket& bucket, const std::string& access_key, const Secret& secret_key)
        -> Result<std::shared_ptr<ports::ObjectStorage>> {
      const auto& mine = opens[access_key];
      const bool good = secret_key.reveal() == "secret" && std::ranges::find(mine, bucket.name) != mine.end();
      if (!good) return fail(ErrorCode::failed, "it does not accept the key pair");
      return std::shared_ptr<ports::ObjectStorage>(storage::open_folder(place / bucket.name));
    };
  }

  tests::TemporaryFolder place;
  std::map<std::string, std::vector<std::string>> opens;

  [[nodiscard]] static BucketLogin login(const std::string& bucket, const std::string& access_key) {
    return {{.endpoint = "https://s3.example.com", .name = bucket}, access_key, Secret("secret")};
  }
  Result<model::ServiceInstance> add(const model::EnvironmentKey& environment, const BucketLogin& with) {
    return add_service(*runtime, environment, file.services.front(), with);
  }
  [[nodiscard]] model::EnvironmentKey test() const { return {key.project, *model::EnvironmentName::parse("test")}; }
  void upload(const std::string& bucket, const std::string& path, const std::string& bytes) {
    REQUIRE(storage::open_folder(place / bucket)->put(path, [&](const ports::ByteSink& sink) { return sink(bytes); }, {}));
  }
  std::vector<std::string> files() {
    std::vector<std::string> paths;
    const auto where = media_place(*runtime, row("media"), {});
    REQUIRE(where);
    const auto contents = media::list_of(*where);
    REQUIRE(contents);
    for (const auto& one : contents->files) paths.push_back(one.path);
    return paths;
  }
};

}  // namespace divio::controller::testing
