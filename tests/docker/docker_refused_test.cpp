// Every way in which an engine on another host can fail to be reached is one clear sentence, with what to do.
#include <fmt/format.h>

#include "docker/engine_contract.hpp"
#include "docker/remote_host.hpp"

using namespace divio;
using namespace divio::contract;

namespace {

// The error of the first call to the engine there.
Error refusal_of(const engines::Endpoint& endpoint) {
  const auto engine = engines::open_docker(endpoint);
  REQUIRE_OK(engine);
  const auto info = (*engine)->info();
  REQUIRE_FALSE(info.has_value());
  INFO(info.error().message);
  CHECK(info.error().code == ErrorCode::unreachable);
  CHECK_FALSE(info.error().hint.empty());
  CHECK(info.error().message.find('\n') == std::string::npos);
  return info.error();
}

std::string with_address(const char* text) {
  return fmt::format(fmt::runtime(text), host_address());
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("A key that is not let in") {
  const auto error = refusal_of(ssh_endpoint("root", "stranger"));
  CHECK(error.message == with_address("ssh root@{} refused our key"));
  CHECK(contains(error.hint, with_address("ssh -p 2222 root@{} docker version")));
}

TEST_CASE("A host whose key is not known, and one whose key has changed") {
  auto error = refusal_of(ssh_endpoint("root", "unknown"));
  CHECK(error.message == with_address("the host key of {} is not known yet"));
  CHECK(contains(error.hint, "fingerprint"));
  error = refusal_of(ssh_endpoint("root", "changed"));
  CHECK(error.message == with_address("the host key of {} is not the one that is known: it may be another machine"));
  CHECK(contains(error.hint, "ssh-keygen -R"));
}

TEST_CASE("A host without an ssh server, and one that does not exist") {
  auto endpoint = ssh_endpoint();
  endpoint.address = fmt::format("ssh://root@{}:2223", host_address());
  CHECK(refusal_of(endpoint).message == with_address("no ssh server answers at {} port 2223: connection refused"));
  endpoint.address = "ssh://root@no-such-host.invalid";
  CHECK(refusal_of(endpoint).message == "there is no host named no-such-host.invalid");
}

TEST_CASE("A host without an engine, or one that the user may not use") {
  auto error = refusal_of(ssh_endpoint("root", "config", "/run/no-such.sock"));
  CHECK(error.message ==
        with_address("ssh reaches root@{}, but no Docker engine that it may use is at /run/no-such.sock there"));
  CHECK(contains(error.hint, "docker version"));
  error = refusal_of(ssh_endpoint("nobody"));
  CHECK(contains(error.message, "no Docker engine that it may use"));
  CHECK(contains(error.hint, "usermod -aG docker nobody"));
}

TEST_CASE("A host whose ssh server does not forward to sockets") {
  const auto error = refusal_of(ssh_endpoint("daemon"));
  CHECK(contains(error.message, "no Docker engine that it may use"));
  CHECK(contains(error.hint, "AllowStreamLocalForwarding"));
}

TEST_CASE("An ssh program that is not there, and a configuration that ssh does not accept") {
  auto endpoint = ssh_endpoint();
  endpoint.ssh = "no-such-program --option";
  auto error = refusal_of(endpoint);
  CHECK(contains(error.message, "no-such-program"));
  CHECK(contains(error.hint, "DIVIOCTL_SSH"));
  endpoint.ssh = "ssh -o NoSuchOption=yes";
  error = refusal_of(endpoint);
  CHECK(contains(error.message, "does not accept its configuration"));
  CHECK(contains(error.message, "nosuchoption"));
}

TEST_CASE("A client whose certificate has expired, or is of another authority, or is not there") {
  const auto prefix = fmt::format("no TLS connection to the Docker engine at tcp://{}: ", host_address());
  CHECK(refusal_of(tls_endpoint("expired"))
            .message.starts_with(prefix + "our certificate " + (host_folder() / "tls/expired/cert.pem").string() +
                                 " expired on "));
  CHECK(refusal_of(tls_endpoint("stranger")).message == prefix + "it does not accept our certificate cert.pem");
  CHECK(refusal_of(tls_endpoint("nobody")).message ==
        prefix + (host_folder() / "tls/nobody/ca.pem").string() + " is not there");
}

TEST_CASE("An engine of an authority that is not ours") {
  const auto error = refusal_of(tls_endpoint("misled"));
  CHECK(contains(error.message, "its certificate is not of the authority in ca.pem"));
}

TEST_CASE("TLS where none is spoken, and none where it is") {
  auto endpoint = tls_endpoint();
  endpoint.address = fmt::format("tcp://{}:2222", host_address());  // an ssh server
  CHECK(contains(refusal_of(endpoint).message, "it does not speak TLS there"));
  endpoint = {fmt::format("tcp://{}:2376", host_address()), ""};
  const auto error = refusal_of(endpoint);
  CHECK(contains(error.message, endpoint.address));
  CHECK(contains(error.hint, "DOCKER_TLS_VERIFY=1"));
}
