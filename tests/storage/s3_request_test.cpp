#include <doctest/doctest.h>

#include "storage/s3_request.hpp"
#include "storage/s3_settings.hpp"

using namespace divio;
using namespace divio::storage;
using tests::s3_settings;

TEST_CASE("the bucket is in the path or in the host") {
  auto with = s3_settings();
  auto place = place_of(with);
  REQUIRE(place);
  CHECK(place->host == "s3.example.com");
  CHECK(s3_path(*place, "a b/ü", {}) == "/files/a%20b/%C3%BC");
  CHECK(s3_path(*place, "", {{"prefix", "x/y"}, {"list-type", "2"}}) == "/files?list-type=2&prefix=x%2Fy");
  with.path_style = false;
  with.endpoint = "http://127.0.0.1:9000/";
  place = place_of(with);
  REQUIRE(place);
  CHECK_FALSE(place->tls);
  CHECK(place->host == "files.127.0.0.1:9000");
  CHECK(s3_path(*place, "a", {{"uploads", ""}}) == "/a?uploads=");
  CHECK(s3_path(*place, "", {}) == "/");
}

TEST_CASE("ranges are said as HTTP says them") {
  CHECK(range_header({5, 5}) == "bytes=5-9");
  CHECK(range_header({5, {}}) == "bytes=5-");
}

TEST_CASE("settings that cannot be are refused before anything is asked, and tell no secret") {
  const auto refused = [](void (*change)(S3Settings&)) {
    auto with = s3_settings();
    change(with);
    const auto opened = open_s3(with);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == ErrorCode::invalid);
    CHECK(opened.error().message.find("very-secret") == std::string::npos);
  };
  refused([](S3Settings& with) { with.endpoint = "s3.example.com"; });
  refused([](S3Settings& with) { with.endpoint = "ftp://s3.example.com"; });
  refused([](S3Settings& with) { with.endpoint = "https://"; });
  refused([](S3Settings& with) { with.endpoint = "https://user:word@s3.example.com"; });
  refused([](S3Settings& with) { with.endpoint = "https://s3.example.com/?a=b"; });
  refused([](S3Settings& with) { with.bucket = "Files"; });
  refused([](S3Settings& with) { with.bucket = ""; });
  refused([](S3Settings& with) { with.region = "a b"; });
  refused([](S3Settings& with) { with.region = "a:b"; });
  refused([](S3Settings& with) { with.access_key = ""; });
  refused([](S3Settings& with) { with.access_key = "a\nX-Header: b"; });
  refused([](S3Settings& with) { with.secret_key = Secret("very-secret\n"); });
}
