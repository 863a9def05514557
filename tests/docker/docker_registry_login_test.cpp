// Logins to registries: what config.json says, what programs answer, what is sent.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

#include "engines/docker/registry_login.hpp"
#include "fakes/temporary_folder.hpp"
#include "support/base64.hpp"
#include "support/text.hpp"

using namespace divio;
using namespace divio::engines;

namespace {

constexpr const char* config_file = "/home/eve/.docker/config.json";

Result<LoginPlace> find(const std::string& text, const std::string& registry = "r.example.com") { return find_login(text, config_file, registry); }

// {"auths": {KEY: {"auth": "eve:KEY"}}}
std::string login_under(const std::string& key) { return R"({"auths": {")" + key + R"(": {"auth": ")" + base64("eve:" + key) + R"("}}})"; }

bool tells(const Error& error, std::string_view text) {
  return error.message.find(text) != std::string::npos || error.hint.find(text) != std::string::npos || error.where.find(text) != std::string::npos;
}

// A folder with a config.json, and one of programs that is the first of PATH as long as this lives.
class LoginClient {
 public:
  explicit LoginClient(const std::string& config) : path_(std::getenv("PATH")) {
    std::ofstream(folder_ / "config.json") << config;
    REQUIRE(setenv("PATH", (folder_.path().string() + ":" + path_).c_str(), 1) == 0);
  }
  ~LoginClient() { setenv("PATH", path_.c_str(), 1); }
  void program(const std::string& name, const std::string& script) const {
    const auto path = folder_ / ("docker-credential-" + name);
    std::ofstream(path) << "#!/bin/sh\n" << script << "\n";
    REQUIRE(::chmod(path.c_str(), 0700) == 0);
  }
  [[nodiscard]] Result<std::optional<RegistryLogin>> look_up(const std::string& registry = "r.example.com") const {
    return look_up_login(folder_.path().string(), registry, {});
  }

 private:
  tests::TemporaryFolder folder_;
  std::string path_;
};

}  // namespace

TEST_CASE("The registry is what an image's name begins with, if that is a host") {
  CHECK(registry_of("postgres:15") == "docker.io");
  CHECK(registry_of("team/shop:1") == "docker.io");
  CHECK(registry_of("r.example.com/shop") == "r.example.com");
  CHECK(registry_of("r:5000/team/shop@sha256:1") == "r:5000");
  CHECK(registry_of("localhost/shop:1") == "localhost");
}

TEST_CASE("A login is found under the registry's name, however the client of its time wrote that") {
  for (const std::string key : {"r.example.com", "https://r.example.com", "http://r.example.com/v1/", "https://r.example.com/v2/"}) {
    CAPTURE(key);
    const auto found = find(login_under(key));
    REQUIRE(found);
    REQUIRE(found->login);
    CHECK(found->login->user == "eve");
    CHECK(found->login->password.reveal() == key);
  }
  for (const std::string key : {"https://index.docker.io/v1/", "docker.io"}) CHECK(find(login_under(key), "docker.io")->login);
  for (const std::string key : {"other.example.com", "r.example.com:5000", "https://index.docker.io/v1/"}) CHECK_FALSE(find(login_under(key))->login);
}

TEST_CASE("A password may have colons, an entry a token, or the two in the open; an empty one is none") {
  const auto login = [](const std::string& entry) { return find(R"({"auths": {"r.example.com": )" + entry + "}}")->login; };
  CHECK(login(R"({"auth": ")" + base64("eve:a:b") + R"("})")->password.reveal() == "a:b");
  CHECK(login(R"({"username": "eve", "password": "x"})")->password.reveal() == "x");
  const auto token = login(R"({"auth": ")" + base64("eve:") + R"(", "identitytoken": "tok"})");
  CHECK(token->token.reveal() == "tok");
  CHECK_FALSE(login("{}"));
  CHECK_FALSE(login("null"));
  CHECK_FALSE(find("{}")->login);
  CHECK_FALSE(find(R"({"auths": []})")->login);
}

TEST_CASE("A program keeps the login of one registry, or of all") {
  const auto config = R"({"credHelpers": {"r.example.com": "ecr"}, "credsStore": "pass"})";
  CHECK(find(config)->program == "docker-credential-ecr");
  CHECK(find(config, "other.example.com")->program == "docker-credential-pass");
  CHECK(find(R"({"credsStore": ""})")->program.empty());
}

TEST_CASE("A file that makes no sense is named, with what to do, and without what is in it") {
  for (const std::string text : {"", "not json: hunter2", R"(["hunter2"])", R"({"auths": {"r.example.com": {"auth": "aHVudGVyMg=="}}})",
                                 R"({"auths": {"r.example.com": {"auth": "hunter2"}}})"}) {
    CAPTURE(text);
    const auto found = find(text);
    REQUIRE_FALSE(found);
    CHECK(found.error().code == ErrorCode::invalid);
    CHECK(tells(found.error(), config_file));
    CHECK(tells(found.error(), "docker login r.example.com"));
    CHECK_FALSE(tells(found.error(), "hunter2"));
    CHECK_FALSE(tells(found.error(), "aHVudGVyMg"));
  }
}

TEST_CASE("A program's answer is a login, a token, or that it has none; another one is an error without its words") {
  const auto read = [](int code, const std::string& text) { return read_answer_of("docker-credential-x", code, Secret(text), "r.example.com"); };
  const auto login = read(0, R"({"ServerURL": "r.example.com", "Username": "eve", "Secret": "hunter2"})");
  CHECK((*login)->user == "eve");
  CHECK((*login)->password.reveal() == "hunter2");
  CHECK((*read(0, R"({"Username": "<token>", "Secret": "tok"})"))->token.reveal() == "tok");
  CHECK_FALSE(*read(1, "credentials not found in native keychain\n"));
  for (const auto& wrong : {read(1, "hunter2 is locked"), read(0, "hunter2"), read(0, "")}) {
    REQUIRE_FALSE(wrong);
    CHECK(tells(wrong.error(), "docker-credential-x"));
    CHECK(tells(wrong.error(), "r.example.com"));
    CHECK_FALSE(tells(wrong.error(), "hunter2"));
  }
}

TEST_CASE("What is sent is base64 for URLs of JSON, and empty JSON without a login") {
  CHECK(login_header(std::nullopt).reveal() == "e30=");
  CHECK(login_header(RegistryLogin{"eve", Secret("\xc3\xbf?>")}).reveal() == base64_url("{\"password\":\"\xc3\xbf?>\",\"username\":\"eve\"}"));
  CHECK(login_header(RegistryLogin{"eve", {}, Secret("tok")}).reveal() == base64_url(R"({"identitytoken":"tok"})"));
}

TEST_CASE("Where there is no file there is no login; a program is asked for the registry on its input") {
  CHECK_FALSE(*look_up_login("", "r.example.com", {}));
  CHECK_FALSE(*look_up_login("/nowhere", "r.example.com", {}));
  const LoginClient client(R"({"credsStore": "test"})");
  const auto missing = client.look_up();
  REQUIRE_FALSE(missing);
  CHECK(tells(missing.error(), "docker-credential-test"));
  CHECK(tells(missing.error(), "PATH"));
  client.program("test", R"sh([ "$1" = get ] && printf '{"Username": "eve", "Secret": "%s"}' "$(cat)")sh");
  CHECK((*client.look_up())->password.reveal() == "r.example.com");
  CHECK((*client.look_up("docker.io"))->password.reveal() == "https://index.docker.io/v1/");
  client.program("test", "echo hunter2; exit 3");
  const auto failed = client.look_up();
  REQUIRE_FALSE(failed);
  CHECK(failed.error().message == "docker-credential-test does not give the login to r.example.com: exit code 3");
  CHECK_FALSE(tells(failed.error(), "hunter2"));
  client.program("test", "exit 0");  // without reading
  CHECK_FALSE(client.look_up());
}
