#include "model/full_disk.hpp"

#include <doctest/doctest.h>

using namespace divio;
using namespace divio::model;

TEST_CASE("a full disk is known by the words of engines, programs and databases") {
  for (const char* words : {"mkdir /var/lib/docker/tmp/x: no space left on device", "tar: a: Cannot write: No space left on device",
                            "write: Disk quota exceeded", "[ERROR] mariadbd: Disk is full writing '/var/lib/mysql/x'"})
    CHECK(says_full_disk(words));
  for (const char* words : {"", "no such file", "the quota of requests is used up", "device or resource busy"}) CHECK_FALSE(says_full_disk(words));
}

TEST_CASE("an error that is because of a full disk is given the region, another one stays as it is") {
  const Error full{ErrorCode::failed, "cannot create container 'x'", std::string(full_disk_hint) + "; its log", {}};
  const auto named = with_disk_of(full, "region eu");
  CHECK(named.hint.starts_with("the disk of region eu is full: make room there"));
  CHECK(named.hint.ends_with("; its log"));
  CHECK(named.message == full.message);
  CHECK(with_disk_of(named, "region us") == named);  // the first who knows it is nearest
  const Error other{ErrorCode::failed, "cannot", "the disk is full: make room there", {}};
  CHECK(with_disk_of(other, "region eu") == other);
  CHECK(with_disk_of(Result<int>(3), "region eu").value() == 3);
  CHECK(with_disk_of(Result<int>(Failure(full)), "region eu").error() == named);
}
