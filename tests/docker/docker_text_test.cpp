// The Docker adapter's pure parts: endpoints, errors, framing, build logs, the docker client.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "engines/docker/build_log.hpp"
#include "engines/docker/builds.hpp"
#include "engines/docker/endpoint.hpp"
#include "engines/docker/errors.hpp"
#include "engines/docker/frames.hpp"

using namespace divio;
using namespace divio::engines;

namespace {

EnvironmentLookup variables(std::map<std::string, std::string> set) {
  return [set = std::move(set)](const std::string& name) -> std::optional<std::string> {
    const auto found = set.find(name);
    return found == set.end() ? std::nullopt : std::optional(found->second);
  };
}

std::string frame(char stream, const std::string& payload) {
  const auto size = payload.size();
  std::string header{stream, 0, 0, 0};
  for (const int shift : {24, 16, 8, 0}) header += static_cast<char>(size >> shift & 255);
  return header + payload;
}

}  // namespace

TEST_CASE("The endpoint is what is asked for, else DOCKER_HOST, else the usual socket") {
  CHECK(find_endpoint("", variables({}))->address == "unix:///var/run/docker.sock");
  CHECK(find_endpoint("", variables({{"DOCKER_HOST", ""}}))->address == "unix:///var/run/docker.sock");
  CHECK(find_endpoint("", variables({{"DOCKER_HOST", "tcp://h:1"}}))->address == "tcp://h:1");
  CHECK(find_endpoint("unix:///run/x.sock", variables({{"DOCKER_HOST", "tcp://h:1"}}))->address ==
        "unix:///run/x.sock");
}

TEST_CASE("TLS is the docker client's setting, for tcp only") {
  const auto set = variables({{"DOCKER_TLS_VERIFY", "1"}, {"DOCKER_CERT_PATH", "/certs"}, {"HOME", "/home/eve"}});
  CHECK(find_endpoint("tcp://h", set)->certificates == "/certs");
  CHECK(find_endpoint("unix:///run/d.sock", set)->certificates.empty());
  CHECK(find_endpoint("tcp://h", variables({{"DOCKER_TLS_VERIFY", "1"}, {"HOME", "/home/eve"}}))->certificates ==
        "/home/eve/.docker");
  CHECK(find_endpoint("tcp://h", variables({{"DOCKER_CERT_PATH", "/certs"}}))->certificates.empty());
}

TEST_CASE("The ssh program is the one that DIVIOCTL_SSH names, else ssh") {
  CHECK(find_endpoint("ssh://h", variables({}))->ssh == "ssh");
  CHECK(find_endpoint("ssh://h", variables({{"DIVIOCTL_SSH", " "}}))->ssh == "ssh");
  CHECK(find_endpoint("ssh://h", variables({{"DIVIOCTL_SSH", "ssh -F /x"}}))->ssh == "ssh -F /x");
  CHECK_FALSE(find_endpoint("", variables({{"DOCKER_HOST", "ssh://h:x"}})));
}

TEST_CASE("An endpoint says where HTTP is spoken") {
  CHECK(target_of({"unix:///run/d.sock", ""})->unix_socket == "/run/d.sock");
  CHECK(target_of({"tcp://host", ""})->authority == "host:2375");
  CHECK(target_of({"tcp://host:99/", ""})->authority == "host:99");
  CHECK(target_of({"tcp://[fd00::1]", ""})->authority == "[fd00::1]:2375");
  const auto secured = target_of({"tcp://host", "/certs"});
  CHECK(secured->authority == "host:2376");
  CHECK(secured->tls.authority == "/certs/ca.pem");
  CHECK(secured->tls.key == "/certs/key.pem");
}

TEST_CASE("An address that means nothing is invalid, and is shown") {
  for (const char* address :
       {"docker.sock", "unix://run/d.sock", "http://host", "ssh://-x", "tcp://", "tcp://host/path", "tcp://u@h"}) {
    const auto target = target_of({address, ""});
    REQUIRE_FALSE(target);
    CHECK(target.error().code == ErrorCode::invalid);
    CHECK(target.error().message.find(address) != std::string::npos);
    CHECK_FALSE(open_docker({address, ""}));
  }
}

TEST_CASE("An engine that does not answer is said to be absent, forbidden, gone or late") {
  const std::string address = "unix:///run/d.sock";
  auto error = no_answer(
      address, {.os_error = ENOENT, .connected = false, .timed_out = false, .certificates = false, .text = ""});
  CHECK(error.code == ErrorCode::unreachable);
  CHECK(error.message == "no Docker engine answers at unix:///run/d.sock: No such file or directory");
  CHECK(error.hint.find("start it") != std::string::npos);
  error = no_answer(address,
                    {.os_error = EACCES, .connected = false, .timed_out = false, .certificates = false, .text = ""});
  CHECK(error.code == ErrorCode::unreachable);
  CHECK(error.hint.find("usermod -aG docker") != std::string::npos);
  CHECK(error.hint.find("sudo") != std::string::npos);
  error =
      no_answer(address, {.os_error = 0, .connected = true, .timed_out = false, .certificates = false, .text = "x"});
  CHECK(error.code == ErrorCode::unreachable);
  CHECK(error.message.find("broke off") != std::string::npos);
  error = no_answer(address, {.os_error = 0, .connected = true, .timed_out = true, .certificates = false, .text = "x"});
  CHECK(error.code == ErrorCode::timed_out);
}

TEST_CASE("What the engine says went wrong has its code and keeps its sentence") {
  struct Case {
    int status;
    const char* sentence;
    ErrorCode code;
  };
  const Case cases[] = {
      {404, "No such container: x", ErrorCode::not_found},
      {409, "Conflict. The container name \"/x\" is already in use by container \"1\".", ErrorCode::conflict},
      {403, "Pool overlaps with other one on this address space", ErrorCode::conflict},
      {403, "Address already in use", ErrorCode::conflict},
      {500, "driver failed: Bind for 0.0.0.0:80 failed: port is already allocated", ErrorCode::conflict},
      {403, "network n has active endpoints", ErrorCode::conflict},
      {500, "write /var/lib/docker/x: no space left on device", ErrorCode::failed},
      {400, "OCI runtime create failed: exec: \"x\": not found", ErrorCode::failed},
      {500, "it exploded", ErrorCode::failed},
  };
  for (const auto& [status, sentence, code] : cases) {
    const auto error = engine_error(status, sentence, "start container 'x'");
    CHECK(error.code == code);
    CHECK(error.message == std::string("cannot start container 'x': ") + sentence);
  }
  CHECK(engine_error(500, "no space left on device", "x").hint.find("make room there") != std::string::npos);
  CHECK(engine_error(404, "No such image: x", "x").hint.find("build or pull") != std::string::npos);
}

TEST_CASE("The sentence is the message of the answer, or the answer itself") {
  CHECK(sentence_of(R"({"message":"No such container: x"})") == "No such container: x");
  CHECK(sentence_of("404 page not found\n") == "404 page not found");
  CHECK(sentence_of("") == "it gave no reason");
  CHECK(sentence_of("null") == "null");
}

TEST_CASE("A registry that is silent and an image that it does not know are told apart") {
  CHECK(registry_error(
            500, "Get \"https://registry-1.docker.io/v2/\": dial tcp: lookup registry-1.docker.io: no such host", "pull", "x")
            .code == ErrorCode::unreachable);
  CHECK(registry_error(500, "Get \"http://localhost:1/v2/\": dial tcp 127.0.0.1:1: connect: connection refused", "pull", "x")
            .code == ErrorCode::unreachable);
  CHECK(registry_error(404, "pull access denied for x, repository does not exist or may require 'docker login'", "pull", "x")
            .code == ErrorCode::not_found);
  CHECK(registry_error(0, "manifest for x:1 not found: manifest unknown", "pull", "x").code == ErrorCode::not_found);
  CHECK(registry_error(500, "write: no space left on device", "push", "x").hint.find("make room there") != std::string::npos);
  CHECK(registry_error(500, "it exploded", "push", "x").code == ErrorCode::failed);
}

TEST_CASE("A registry that refuses a login, or does not encrypt, is told with what to do") {
  for (const auto* sentence : {"unauthorized: authentication required", "no basic auth credentials", "denied: requested access to the resource is denied",
                               "trying to reuse blob sha256:1 at destination: checking whether a blob sha256:1 exists in r:5000/shop: unauthorized: x"}) {
    const auto error = registry_error(0, sentence, "push", "r:5000/shop:1");
    CHECK(error.code == ErrorCode::refused);
    CHECK(error.message == std::string("cannot push image 'r:5000/shop:1': ") + sentence);
    CHECK(error.hint.find("docker login r:5000") != std::string::npos);
  }
  const auto plain = registry_error(500, "Get \"https://r:5000/v2/\": http: server gave HTTP response to HTTPS client", "pull", "r:5000/shop:1");
  CHECK(plain.code == ErrorCode::failed);
  CHECK(plain.hint.find("TLS from r:5000") != std::string::npos);
  CHECK(registry_error(500, "dial tcp: connection refused", "push", "r:5000/shop:1").hint.find("registry r:5000") != std::string::npos);
}

TEST_CASE("The digest of what was pushed is in what the engine says last") {
  const auto digest = [](std::string_view stream) {
    BuildLog log([](std::string_view) {});
    log.feed(stream);
    log.finish();
    return log.digest();
  };
  const std::string docker = "{\"status\":\"1: digest: sha256:aa size: 524\"}\n{\"progressDetail\":{},\"aux\":{\"Tag\":\"1\",\"Digest\":\"sha256:aa\",\"Size\":524}}\n";
  CHECK(digest(docker) == "sha256:aa");
  CHECK(digest("{\"status\":\"1: digest: sha256:bb size: 420\"}") == "sha256:bb");  // Podman
  CHECK(digest("{\"status\":\"Pushed\",\"id\":\"cc\"}").empty());
}

TEST_CASE("Logins are in DOCKER_CONFIG, else in the home folder, else nowhere") {
  CHECK(find_endpoint("", variables({{"DOCKER_CONFIG", "/ci"}, {"HOME", "/home/eve"}}))->logins == "/ci");
  CHECK(find_endpoint("", variables({{"HOME", "/home/eve"}}))->logins == "/home/eve/.docker");
  CHECK(find_endpoint("", variables({}))->logins.empty());
}

TEST_CASE("Frames come apart in the same way however they are cut") {
  std::string stream = frame(1, "out one") + frame(2, std::string(300, 'e')) + frame(1, "") + frame(1, "out two");
  stream += frame(3, "engine's own");
  for (std::size_t step : {1u, 3u, 7u, 8u, 9u, 1000u}) {
    FrameReader frames(true);
    std::string out;
    std::string err;
    for (std::size_t at = 0; at < stream.size(); at += step)
      frames.feed(std::string_view(stream).substr(at, step), [&](ports::Output output, std::string_view bytes) {
        CHECK_FALSE(bytes.empty());
        (output == ports::Output::out ? out : err) += bytes;
      });
    CHECK(out == "out oneout two");
    CHECK(err == std::string(300, 'e') + "engine's own");
  }
}

TEST_CASE("The output of a terminal is taken as it is") {
  FrameReader frames(false);
  std::string out;
  frames.feed(std::string("\x01\0\0\0", 4), [&](ports::Output, std::string_view bytes) { out += bytes; });
  CHECK(out == std::string("\x01\0\0\0", 4));
}

TEST_CASE("A build's log becomes lines, its image and its error are kept") {
  std::vector<std::string> lines;
  BuildLog log([&](std::string_view line) { lines.emplace_back(line); });
  const std::string stream =
      "{\"stream\":\"Step 1/2 : FROM x\\n\"}\r\n{\"stream\":\" ---\\u003e Running\"}\r\n{\"stream\":\" in "
      "1\\nhello\\n\"}\r\n"
      "{\"status\":\"Pulling\",\"id\":\"abc\"}\r\n{\"status\":\"Downloading\",\"progressDetail\":{\"current\":1},"
      "\"id\":\"abc\"}\r\n"
      "{\"aux\":{\"ID\":\"sha256:77\"}}\r\nnot json\r\n"
      "{\"errorDetail\":{\"code\":7,\"message\":\"returned a non-zero code: 7\"},\"error\":\"x\"}";
  for (const char c : stream) log.feed({&c, 1});
  log.finish();
  CHECK(lines == std::vector<std::string>{"Step 1/2 : FROM x", " ---> Running in 1", "hello", "abc: Pulling"});
  CHECK(log.image_id() == "sha256:77");
  CHECK(log.error() == "returned a non-zero code: 7");
  CHECK(log.last_lines().hint().starts_with("the last lines were:\n  Step 1/2"));
}

TEST_CASE("Only the last lines of a log are kept for the hint, and no endless ones") {
  LastLines lines;
  CHECK(lines.hint().empty());
  for (int i = 0; i < 100; ++i) lines.add(fmt::format("line {}", i));
  lines.add("  ");
  lines.add(std::string(10'000, 'x'));
  CHECK(lines.hint().find("line 92\n") == std::string::npos);
  CHECK(lines.hint().find("line 99\n") != std::string::npos);
  CHECK(lines.hint().size() < 1000);
}

TEST_CASE("A docker client has BuildKit built in, as a plugin or not at all") {
  CHECK(buildkit_of_client("Docker version 20.10.24+dfsg1, build 297e128") == ClientBuildKit::built_in);
  CHECK(buildkit_of_client("Docker version 18.09.1, build 4c52b90") == ClientBuildKit::built_in);
  CHECK(buildkit_of_client("Docker version 18.06.3-ce, build d7080c1") == ClientBuildKit::none);
  CHECK(buildkit_of_client("Docker version 28.2.2, build e6534b4") == ClientBuildKit::plugin);
  CHECK(buildkit_of_client("podman version 4.3.1") == ClientBuildKit::none);
  CHECK(buildkit_of_client("") == ClientBuildKit::none);
}

TEST_CASE("The client builds from its standard input, with the file, target, labels and arguments") {
  ports::BuildSpec spec;
  spec.name = "divio/shop:1";
  spec.settings = {"docker/Dockerfile", "web", {{"A", "b c"}}};
  spec.labels = {{"k", "v"}};
  CHECK(client_arguments("docker", spec) == std::vector<std::string>{"docker", "build", "--progress", "plain", "--tag",
                                                                     "divio/shop:1", "--file", "docker/Dockerfile",
                                                                     "--label", "k=v", "--build-arg", "A=b c",
                                                                     "--target", "web", "-"});
}
