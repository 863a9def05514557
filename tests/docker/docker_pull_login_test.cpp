// Logins that cannot be found out: what is public is pulled and pushed to all the same.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "engines/docker/docker.hpp"
#include "fakes/outcome.hpp"
#include "fakes/scripted_server.hpp"
#include "fakes/temporary_folder.hpp"

using namespace divio;
using namespace divio::engines;
using fakes::http_answer;
using fakes::ScriptedServer;
using fakes::SeenRequest;
using tests::contains;
using tests::must;
using tests::must_fail;

namespace {

constexpr const char* image = "r.example.com/team/shop:1";

// An engine whose registry answers `said`, and a docker client with this config.json; a folder of that name for an empty one.
class PullingClient {
 public:
  PullingClient(const std::string& config, std::string said)
      : server_([said = std::move(said)](const SeenRequest& seen) {
          if (seen.line.starts_with("GET /_ping ")) return http_answer(200, "OK", "Api-Version: 1.41\r\n");
          return http_answer(200, said);
        }) {
    if (config.empty()) std::filesystem::create_directory(file());
    else std::ofstream(file()) << config;
    Endpoint endpoint{"unix://" + server_.socket_path(), ""};
    endpoint.logins = folder_.path().string();
    engine_ = must(open_docker(endpoint));
  }

  [[nodiscard]] std::filesystem::path file() const { return folder_ / "config.json"; }
  [[nodiscard]] std::string last_head() const { return server_.requests().back().head; }
  Result<void> pull(const std::string& name = image) { return engine_->images().pull(name, {}, {}); }
  Result<std::string> push() { return engine_->images().push(image, {}, {}); }

 private:
  tests::TemporaryFolder folder_;
  ScriptedServer server_;
  std::unique_ptr<ports::Engine> engine_;
};

const std::vector<std::string> broken{"", "not json: hunter2", "[]", R"({"auths": {"r.example.com": {"auth": "hunter2"}}})",
                                      R"({"credsStore": "that-nobody-has"})"};

}  // namespace

TEST_CASE("a broken config.json, or a program that is not there, does not keep a public image from being pulled") {
  for (const auto& config : broken) {
    CAPTURE(config);
    PullingClient client(config, R"({"status": "Status: Downloaded newer image"})");
    must(client.pull());
    CHECK_FALSE(contains(client.last_head(), "X-Registry-Auth"));
  }
}

TEST_CASE("nor from being pushed to a registry that wants no login") {
  PullingClient client("not json", R"({"aux": {"Tag": "1", "Digest": "sha256:1", "Size": 2}})");
  const auto digest = must(client.push());
  CHECK(contains(digest, "sha256:1"));
  CHECK(contains(client.last_head(), "X-Registry-Auth: e30="));
}

TEST_CASE("where the registry wants a login, the error says why it got none, and what to do") {
  for (const auto& config : broken) {
    CAPTURE(config);
    for (const std::string said : {"unauthorized: authentication required", "pull access denied, repository does not exist"}) {
      PullingClient client(config, R"({"errorDetail": {"message": ")" + said + R"("}, "error": ")" + said + R"("})");
      const auto error = must_fail(client.pull());
      CHECK(contains(error.message, "cannot pull image 'r.example.com/team/shop:1': " + said));
      CHECK(contains(error.message, "it was shown no login"));
      CHECK(contains(error.message, config.find("credsStore") == std::string::npos ? client.file().string() : "docker-credential-that-nobody-has"));
      CHECK_FALSE(error.hint.empty());
      CHECK_FALSE(contains(error.message + error.hint, "hunter2"));
      CHECK(must_fail(client.push()).message.find("it was shown no login") != std::string::npos);
    }
  }
}

TEST_CASE("what has nothing to do with logins does not speak of them") {
  PullingClient client("not json", R"({"error": "dial tcp 10.0.0.1:443: connect: connection refused"})");
  const auto error = must_fail(client.pull());
  CHECK(error.code == ErrorCode::unreachable);
  CHECK_FALSE(contains(error.message + error.hint, "config.json"));
}
