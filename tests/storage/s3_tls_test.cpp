// S3 with a certificate that an authority of one's own vouches for, with a real server of it.
#include <doctest/doctest.h>

#include "fakes/outcome.hpp"
#include "storage/storages.hpp"
#include "system/certificates.hpp"

using namespace divio;
using namespace divio::tests;

namespace {

std::unique_ptr<ports::ObjectStorage> opened_with(const std::string& authority) {
  auto settings = s3_server().tls_settings();
  settings.authority = authority;
  return must(storage::open_s3(settings));
}

}  // namespace

TEST_CASE("an endpoint of an authority of one's own is spoken to with that one's certificate, also by an upload in parts") {
  const auto ground = s3_ground();
  const auto storage = opened_with(must(system::read_certificates(s3_server().authority_file())));
  const auto bytes = noise(9'000'000, 4);
  must(storage->put("long", writer_of(bytes), {}));
  CHECK((must(get_all(*storage, "long")) == bytes));
  CHECK((must(get_all(*ground->storage, "long")) == bytes));
}

TEST_CASE("without that certificate it is refused, and the error says how to give it") {
  const auto error = must_fail(opened_with("")->list("", "", 1));
  CHECK(error.code == ErrorCode::unreachable);
  CHECK(contains(error.message, "the certificate of " + s3_server().tls_settings().endpoint + " is not accepted"));
  CHECK(contains(error.hint, "--s3-authority FILE"));
}

TEST_CASE("with that of another authority it is refused, and the error says so") {
  const auto error = must_fail(opened_with(must(system::read_certificates(s3_server().other_authority_file())))->list("", "", 1));
  CHECK(error.code == ErrorCode::unreachable);
  CHECK(contains(error.message, "is not accepted"));
  CHECK(contains(error.hint, "the certificate that was given for it is that of the authority"));
}
