// The pure parts of reaching an engine on another host: addresses, what ssh and TLS say, certificates.
#include <doctest/doctest.h>

#include <algorithm>

#include "engines/docker/certificate.hpp"
#include "engines/docker/docker.hpp"
#include "engines/docker/ssh_address.hpp"
#include "engines/docker/ssh_words.hpp"
#include "engines/docker/tls_words.hpp"
#include "fakes/outcome.hpp"

using namespace divio;
using namespace divio::engines;
using tests::contains;

namespace {

const SshAddress eve{"eve", "eu.example.com", 0, "/var/run/docker.sock"};

}  // namespace

TEST_CASE("An ssh address is a user, a host, a port and a socket, of which only the host is needed") {
  const std::string usual = "/var/run/docker.sock";
  CHECK(parse_ssh_address("ssh://h") == SshAddress{"", "h", 0, usual});
  CHECK(parse_ssh_address("ssh://h/") == SshAddress{"", "h", 0, usual});
  CHECK(parse_ssh_address("ssh://eve@eu.example.com:2222") == SshAddress{"eve", "eu.example.com", 2222, usual});
  CHECK(parse_ssh_address("ssh://eve@h/run/user/1000/docker.sock") ==
        SshAddress{"eve", "h", 0, "/run/user/1000/docker.sock"});
  CHECK(parse_ssh_address("ssh://eve@[fd00::1]") == SshAddress{"eve", "fd00::1", 0, usual});
  CHECK(parse_ssh_address("ssh://[fe80::1%eth0]:22/d.sock") == SshAddress{"", "fe80::1%eth0", 22, "/d.sock"});
  CHECK(parse_ssh_address("ssh://eve@corp.example@h") == SshAddress{"eve@corp.example", "h", 0, usual});
}

TEST_CASE("What could become an option of ssh, or more than a name to a shell, is no address") {
  for (const char* address : {"ssh://",
                              "ssh:///run/d.sock",
                              "ssh://-oProxyCommand=x",
                              "ssh://-oProxyCommand=x@h",
                              "ssh://eve@-h",
                              "ssh://@h",
                              "ssh://h;id",
                              "ssh://$(id)@h",
                              "ssh://`id`",
                              "ssh://a b@h",
                              "ssh://h\nx",
                              "ssh://h:0",
                              "ssh://h:65536",
                              "ssh://h:",
                              "ssh://h:22x",
                              "ssh://[fd00::1",
                              "ssh://[fd00::1]22",
                              "ssh://[-x]",
                              "ssh://h/a:b",
                              "ssh://h/a b",
                              "ssh://h/$HOME",
                              "ssh://h/%h",
                              "ssh://h?x",
                              "ssh://h#x"}) {
    CAPTURE(address);
    const auto read = parse_ssh_address(address);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == ErrorCode::invalid);
    CHECK(contains(read.error().message, address));
    CHECK_FALSE(open_docker({address, ""}));
  }
  CHECK_FALSE(parse_ssh_address("ssh://h/" + std::string(107, 'x')));
}

TEST_CASE("A password in an ssh address is refused and not repeated") {
  const auto read = parse_ssh_address("ssh://eve:hunter2@h");
  REQUIRE_FALSE(read);
  CHECK_FALSE(contains(read.error().message + read.error().hint, "hunter2"));
  CHECK(contains(read.error().hint, "ssh-copy-id"));
}

TEST_CASE("ssh is told where to go after the end of its options, and never to trust an unknown host") {
  const auto arguments = forward_arguments({"eve", "h", 2222, "/run/d.sock"}, "/tmp/x/engine.sock");
  const std::vector<std::string> end(arguments.end() - 8, arguments.end());
  CHECK(end == std::vector<std::string>{"-L", "/tmp/x/engine.sock:/run/d.sock", "-p", "2222", "-l", "eve", "--", "h"});
  CHECK(std::ranges::find(arguments, "BatchMode=yes") != arguments.end());
  for (const auto& argument : arguments) {
    CHECK_FALSE(contains(argument, "StrictHostKeyChecking"));
    CHECK_FALSE(contains(argument, "KnownHosts"));
  }
  const auto plain = forward_arguments({"", "h", 0, "/run/d.sock"}, "/s");
  CHECK(std::ranges::find(plain, "-p") == plain.end());
  CHECK(std::ranges::find(plain, "-l") == plain.end());
}

TEST_CASE("What ssh says becomes one sentence with what to do") {
  struct Case {
    const char* log;
    const char* message;
    const char* hint;
  };
  const Case cases[] = {
      {"Welcome to eu\r\neve@eu.example.com: Permission denied (publickey,password).\r\n", "refused our key",
       "ssh eve@eu.example.com docker version"},
      {"No ED25519 host key is known for eu.example.com and you have requested strict checking.\r\n"
       "Host key verification failed.\r\n",
       "not known yet", "fingerprint"},
      {"@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\r\nHost key verification failed.\r\n", "another machine",
       "ssh-keygen -R eu.example.com"},
      {"ssh: Could not resolve hostname eu.example.com: Name or service not known\r\n",
       "there is no host named eu.example.com", "name"},
      {"ssh: connect to host eu.example.com port 22: Connection refused\r\n", "connection refused", "firewall"},
      {"ssh: connect to host eu.example.com port 22: No route to host\r\n", "no route to host", "firewall"},
      {"ssh: connect to host eu.example.com port 22: Connection timed out\r\n", "took too long", "firewall"},
      {"Received disconnect from 10.0.0.1 port 22:2: Too many authentication failures\r\n", "too many keys",
       "IdentitiesOnly"},
      {"Bad owner or permissions on /home/eve/.ssh/config\r\n", "/home/eve/.ssh/config", "correct"},
      {"/bin/sh: 3: exec: ssh: not found\n", "could not be started", "openssh-client"},
      {"something\nnever heard of\r\n", "never heard of", "docker version"},
      {"", "no reason", "docker version"},
  };
  for (const auto& [log, message, hint] : cases) {
    CAPTURE(log);
    const auto error = no_ssh_connection(eve, log);
    CHECK(error.code == ErrorCode::unreachable);
    CHECK(contains(error.message, message));
    CHECK(contains(error.hint, hint));
    CHECK_FALSE(contains(error.message, "\n"));
    CHECK_FALSE(contains(error.message, "\r"));
  }
}

TEST_CASE("A busy ssh server is told from one that says no") {
  CHECK(may_be_busy("kex_exchange_identification: read: Connection reset by peer\r\n"));
  CHECK(may_be_busy("Connection closed by 10.0.0.1 port 22\r\n"));
  CHECK_FALSE(may_be_busy("eve@h: Permission denied (publickey).\r\n"));
  CHECK_FALSE(may_be_busy("ssh: connect to host h port 22: Connection refused\r\n"));
}

TEST_CASE("A connection that was cut is ssh's end, or the engine's refusal behind it") {
  auto error = broken_way(eve, "Timeout, server eu.example.com not responding.\r\n", false);
  CHECK(error.message ==
        "the ssh connection to eve@eu.example.com broke off: Timeout, server eu.example.com not responding.");
  CHECK(broken_way(eve, "", false).message == "the ssh connection to eve@eu.example.com broke off");
  error = broken_way(eve, "channel 1: open failed: administratively prohibited: open failed\r\n", true);
  CHECK(contains(error.hint, "AllowStreamLocalForwarding"));
  error = broken_way(eve, "channel 1: open failed: connect failed: open failed\r\n", true);
  CHECK(contains(error.message, "/var/run/docker.sock"));
  CHECK(contains(error.hint, "usermod -aG docker eve"));
}

TEST_CASE("What TLS says becomes one sentence with what to do, and our own trouble comes first") {
  struct Case {
    const char* said;
    const char* message;
  };
  const Case cases[] = {
      {"error:0A00010B:SSL routines::wrong version number", "it does not speak TLS there"},
      {"SSL certificate problem: certificate has expired", "its certificate has expired"},
      {"SSL certificate problem: certificate is not yet valid", "its certificate is not valid yet"},
      {"SSL: no alternative certificate subject name matches target host name 'h'", "for other names"},
      {"SSL certificate problem: unable to get local issuer certificate", "not of the authority in ca.pem"},
      {"SSL certificate problem: self-signed certificate in certificate chain", "not of the authority in ca.pem"},
      {"OpenSSL SSL_read: error:0A000412:SSL routines::sslv3 alert bad certificate, errno 0", "does not accept our"},
      {"OpenSSL SSL_read: error:0A000415:SSL routines::sslv3 alert certificate expired, errno 0",
       "our certificate has expired"},
      {"SSL_something else", "SSL_something else"},
  };
  for (const auto& [said, message] : cases) {
    CAPTURE(said);
    const auto error = no_tls("tcp://h", std::nullopt, said);
    CHECK(error.code == ErrorCode::unreachable);
    CHECK(error.message.starts_with("no TLS connection to the Docker engine at tcp://h: "));
    CHECK(contains(error.message, message));
    CHECK_FALSE(error.hint.empty());
  }
  CHECK(contains(no_tls("tcp://h", "/certs/ca.pem is not there", "SSL certificate problem").message, "/certs/ca.pem"));
}

TEST_CASE("What is no certificate has no days") {
  for (const char* text :
       {"", "x", "-----BEGIN CERTIFICATE-----", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nMIQAAAAA////\n-----END CERTIFICATE-----\n",
        "-----BEGIN EC PRIVATE KEY-----\nMHc=\n"})
    CHECK_FALSE(validity_of(text));
}
