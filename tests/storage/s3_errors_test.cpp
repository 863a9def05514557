#include <doctest/doctest.h>

#include "storage/s3_errors.hpp"
#include "storage/s3_settings.hpp"

using namespace divio;
using namespace divio::storage;
using tests::s3_settings;

namespace {

Error error_for(int status, const std::string& code, const std::string& message = "Words.") {
  system::HttpResponse answer;
  answer.status = status;
  if (!code.empty()) answer.body = "<Error><Code>" + code + "</Code><Message>" + message + "</Message></Error>";
  return error_of(s3_settings(), answer, "a/key");
}

}  // namespace

TEST_CASE("refusals of S3 say what to do") {
  struct Row {
    int status;
    std::string code;
    ErrorCode meant;
    std::string says;
  };
  for (const Row& row : {Row{403, "SignatureDoesNotMatch", ErrorCode::failed, "does not accept the secret key of AKIAX"},
                         Row{403, "InvalidAccessKeyId", ErrorCode::failed, "knows no access key AKIAX"},
                         Row{403, "AccessDenied", ErrorCode::failed, "may not do that"},
                         Row{403, "", ErrorCode::failed, "may not do that"},
                         Row{403, "RequestTimeTooSkewed", ErrorCode::failed, "clock"},
                         Row{404, "NoSuchBucket", ErrorCode::not_found, "there is no bucket files"},
                         Row{404, "NoSuchKey", ErrorCode::not_found, "there is no a/key in"},
                         Row{404, "", ErrorCode::not_found, "there is no a/key in"},
                         Row{412, "", ErrorCode::conflict, "became another one"},
                         Row{507, "", ErrorCode::failed, "is full"},
                         Row{400, "AuthorizationHeaderMalformed", ErrorCode::failed, "not in region us-east-1"}}) {
    CAPTURE(row.code);
    const auto error = error_for(row.status, row.code);
    CHECK(error.code == row.meant);
    CHECK(error.message.find(row.says) != std::string::npos);
    if (row.meant == ErrorCode::failed) CHECK_FALSE(error.hint.empty());
  }
}

TEST_CASE("what a storage says of the secret is not passed on") {
  const auto error = error_for(400, "Odd", "you sent very-secret as a key");
  CHECK(error.message.find("very-secret") == std::string::npos);
  CHECK(error_for(400, "Odd", "ordinary words").message.find("ordinary words") != std::string::npos);
}

TEST_CASE("only what may be otherwise in a moment is asked again") {
  const auto passing = [](int status, const std::string& code) {
    system::HttpResponse answer;
    answer.status = status;
    answer.body = "<Error><Code>" + code + "</Code></Error>";
    return is_passing(answer);
  };
  CHECK(passing(503, "SlowDown"));
  CHECK(passing(500, "InternalError"));
  CHECK(passing(400, "RequestTimeout"));
  CHECK_FALSE(passing(403, "AccessDenied"));
  CHECK_FALSE(passing(404, "NoSuchKey"));
  CHECK_FALSE(passing(507, "InsufficientStorage"));
  CHECK_FALSE(passing(501, "NotImplemented"));
}
