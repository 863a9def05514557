#include "system/certificates.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "fakes/outcome.hpp"
#include "fakes/temporary_folder.hpp"

using namespace divio;
using namespace divio::tests;

namespace {

// openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=authority
constexpr std::string_view certificate =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBgDCCASWgAwIBAgIULSNV9g0J2QlhtzZ0zvfzP95Mc7cwCgYIKoZIzj0EAwIw\n"
    "FDESMBAGA1UEAwwJYXV0aG9yaXR5MCAXDTI2MTEyODE3NDA0MVoYDzIxMjYxMTA0\n"
    "MTc0MDQxWjAUMRIwEAYDVQQDDAlhdXRob3JpdHkwWTATBgcqhkjOPQIBBggqhkjO\n"
    "PQMBBwNCAATR/h74ZhV/hqOj/+aN8EV37wuQYmWjAbIbRC+1DeyabDlmXMDHHey2\n"
    "9vpp1jaRMuD92TmFvbVDniczElB0vl+Ao1MwUTAdBgNVHQ4EFgQUQB67ht9K12E0\n"
    "8ZeQ42ZkAyBYtzMwHwYDVR0jBBgwFoAUQB67ht9K12E08ZeQ42ZkAyBYtzMwDwYD\n"
    "VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEArBERtvkoMnbOWAlZSlxP\n"
    "3EwRFnecAFgtslnwjJOQYPsCIQCFiniJRPZ2Bpw530OQjgy63ei/4w8ZYxBvSZmW\n"
    "6QKLVw==\n"
    "-----END CERTIFICATE-----\n";

struct Given {
  TemporaryFolder folder;
  std::filesystem::path file = folder / "ca.pem";

  explicit Given(std::string_view text) { std::ofstream(file) << text; }
};

Error error_for(std::string_view text) {
  const Given given(text);
  const auto error = must_fail(system::read_certificates(given.file));
  CHECK(error.code == ErrorCode::invalid);
  CHECK(contains(error.message, given.file.string()));
  CHECK(contains(error.hint, "-----BEGIN CERTIFICATE-----"));
  return error;
}

std::string twice(std::string_view text) { return std::string(text) + std::string(text); }

}  // namespace

TEST_CASE("of a file only its certificates are taken, however many, and no key or words beside them") {
  const Given given("subject=CN = authority\n" + std::string(certificate) + "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n" +
                    std::string(certificate));
  CHECK(must(system::read_certificates(given.file)) == twice(certificate));
}

TEST_CASE("a file without a certificate, or with a broken one, is refused with what to do") {
  CHECK(contains(error_for("").message, "has no certificate"));
  CHECK(contains(error_for("\x30\x82\x01\x01").message, "has no certificate"));
  CHECK(contains(error_for(certificate.substr(0, 100)).message, "is cut off"));
  CHECK(contains(error_for("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n").message, "cannot be read"));
  CHECK(contains(error_for(std::string(certificate) + "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n").message, "cannot be read"));
  CHECK(contains(error_for("-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: DES-EDE3-CBC,0123456789ABCDEF\n\nMIIB\n-----END CERTIFICATE-----\n").message, "cannot be read"));
  CHECK(must_fail(system::read_certificates("/nowhere/ca.pem")).code == ErrorCode::not_found);
}
