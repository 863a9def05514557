// One tenant's container, with the key pair that it was given, against another tenant's bucket.
#include <doctest/doctest.h>

#include <string>

#include "e2e/site.hpp"
#include "fakes/outcome.hpp"
#include "storage/storages.hpp"

using namespace divio;
using namespace divio::live;
using tests::contains;

namespace {

constexpr const char* two_buckets_file =
    "project: hello\n"
    "processes:\n  web: {port: 8000, health: {path: /healthz}}\n"
    "services:\n  media: {type: media, storage: s3}\n"
    "environments:\n  live: {branch: main}\n  test: {branch: main}\n";

// ask.pl METHOD PATH [ACCESS-KEY]: a request, signed with the key pair in DEFAULT_STORAGE_DSN, and how it was answered.
constexpr const char* ask = R"perl(
use strict;
require '/s3.pl';
my ($method, $path, $claimed) = @ARGV;
print S3::ask($method, $path, $method eq 'PUT' ? 'spoilt' : '', $claimed);
)perl";

// What a request from within the environment's container is answered: status line, headers and body.
std::string asked(const Site& site, const Words& words) {
  Words command{"exec", "-e", "live", "web", "--", "perl", "/ask.pl"};
  command.insert(command.end(), words.begin(), words.end());
  return site.expect(0, command).out;
}

bool succeeds(const std::string& answer) {
  const auto blank = answer.find(' ');
  REQUIRE_MESSAGE(blank != std::string::npos, answer);
  return answer.at(blank + 1) == '2';
}

Words add_bucket(const storage::S3Settings& settings) {
  return {"service", "add", "media", "--type", "media", "--s3-endpoint", settings.endpoint, "--s3-bucket", settings.bucket,
          "--access-key", settings.access_key};
}

std::string gateway_of(const std::string& address) { return address.substr(0, address.rfind('.')) + ".1"; }

}  // namespace

TEST_CASE("from one environment's container, its key pair neither lists, reads, writes nor deletes what is in another's bucket") {
  const tests::S3Server server(gateway_of(needed_variable("DIVIO_TEST_ADDRESS")));
  const auto others = *storage::open_s3(server.settings_of_other());
  const Site site({.base = "postgres:15", .port = 18364});  // whose image has Perl with its modules
  site.write("divio.yaml", two_buckets_file);
  site.write("ask.pl", ask);
  site.write("s3.pl", file_text(DIVIO_SOURCE_DIR "/tests/e2e/uploads/s3.pl"));
  site.write("Dockerfile", file_text(site.code() / "Dockerfile") + "COPY ask.pl s3.pl /\n");
  site.commit("Media");
  const auto words_of = [&](const char* environment, const storage::S3Settings& settings) {
    auto words = add_bucket(settings);
    words.insert(words.end(), {"-e", environment});
    return words;
  };
  site.expect(0, words_of("live", server.settings()), "testing\n");
  site.expect(0, words_of("test", server.settings_of_other()), "guessing\n");
  site.expect(0, {"deploy"});
  REQUIRE(others->put("secret", tests::writer_of("sesame"), {}));

  CHECK(succeeds(asked(site, {"PUT", "/files/own"})));
  CHECK(contains(asked(site, {"GET", "/files/own"}), "spoilt"));
  CHECK(contains(asked(site, {"GET", "/files"}), "<Key>own</Key>"));
  CHECK_FALSE(contains(asked(site, {"GET", "/"}), "others"));
  for (const Words& attempt : std::vector<Words>{{"GET", "/others"}, {"HEAD", "/others"}, {"GET", "/others/secret"},
                                                 {"HEAD", "/others/secret"}, {"PUT", "/others/secret"}, {"DELETE", "/others/secret"}})
    for (const Words& claimed : {Words{}, Words{"other:guest"}}) {
      auto words = attempt;
      words.insert(words.end(), claimed.begin(), claimed.end());
      const auto answer = asked(site, words);
      CAPTURE(words);
      CAPTURE(answer);
      CHECK_FALSE(succeeds(answer));
      CHECK_FALSE(contains(answer, "sesame"));
    }
  CHECK(*tests::get_all(*others, "secret") == "sesame");
}
