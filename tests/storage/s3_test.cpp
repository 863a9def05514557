// What only S3 does, with a real server of it.
#include <doctest/doctest.h>

#include "storage/s3_client.hpp"
#include "storage/storages.hpp"
#include "storage/xml.hpp"

using namespace divio;
using namespace divio::tests;

namespace {

Error error_with(const std::function<void(storage::S3Settings&)>& change) {
  auto settings = s3_server().settings();
  change(settings);
  auto opened = storage::open_s3(settings);
  REQUIRE(opened);
  const auto page = (*opened)->list("", "", 10);
  REQUIRE_FALSE(page);
  const auto stored = (*opened)->put("a", writer_of("x"), {});
  REQUIRE_FALSE(stored);
  CHECK(stored.error().code == page.error().code);
  for (const auto& error : {page.error(), stored.error()})
    CHECK((error.message + error.hint).find(settings.secret_key.reveal()) == std::string::npos);
  return stored.error();
}

}  // namespace

TEST_CASE("a wrong key pair, bucket or endpoint is told apart by a real server") {
  const auto secret = error_with([](auto& settings) { settings.secret_key = Secret("not-the-secret"); });
  CHECK(secret.message.find("does not accept the secret key of test:tester") != std::string::npos);
  const auto key = error_with([](auto& settings) { settings.access_key = "test:nobody"; });
  CHECK(key.code == ErrorCode::failed);
  const auto bucket = error_with([](auto& settings) { settings.bucket = "not-there"; });
  CHECK(bucket.code == ErrorCode::not_found);
  CHECK(bucket.message.find("there is no bucket not-there") != std::string::npos);
  const auto endpoint = error_with([](auto& settings) { settings.endpoint = "http://127.0.0.1:1"; });
  CHECK(endpoint.code == ErrorCode::unreachable);
  CHECK(endpoint.message.find("nothing answers at http://127.0.0.1:1") != std::string::npos);
}

TEST_CASE("the bucket may be in the host name") {
  const auto ground = s3_ground();
  auto settings = s3_server().settings();
  settings.path_style = false;
  settings.endpoint = "http://s3.localhost:" + s3_server().port();
  auto hosted = storage::open_s3(settings);
  REQUIRE(hosted);
  const auto bytes = noise(9'000'000, 1);
  const auto stored = (*hosted)->put("by host/ü", writer_of(bytes), {});
  REQUIRE_MESSAGE(stored, (stored ? "" : stored.error().message));
  CHECK((get_all(*ground->storage, "by host/ü") == bytes));
  CHECK((get_all(**hosted, "by host/ü") == bytes));
}

TEST_CASE("parts of an upload that failed are withdrawn") {
  const auto ground = s3_ground();
  const auto stored = ground->storage->put("broken", [](const ports::ByteSink& sink) -> Result<void> {
    if (auto sent = writer_of(noise(30'000'000, 2))(sink); !sent) return sent;
    return fail(ErrorCode::failed, "broke off");
  }, {});
  REQUIRE_FALSE(stored);
  const auto settings = s3_server().settings();
  const auto place = storage::place_of(settings);
  REQUIRE(place);
  storage::S3Client client(settings, *place);
  const auto uploads = client.call({.query = {{"uploads", ""}}}, {});
  REQUIRE(uploads);
  const auto root = storage::read_xml(uploads->body);
  REQUIRE(root);
  CHECK(root->name == "ListMultipartUploadsResult");
  CHECK(root->child("Upload") == nullptr);
}
