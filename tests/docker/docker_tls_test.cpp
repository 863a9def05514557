// TLS to an engine, against `openssl s_server`, which serves the files of a folder as whole answers.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>

#include "engines/docker/certificate.hpp"
#include "engines/docker/docker.hpp"
#include "engines/docker/tls_words.hpp"
#include "fakes/temporary_folder.hpp"
#include "system/files.hpp"
#include "system/process.hpp"

using namespace divio;

namespace {

void openssl(const std::filesystem::path& folder, const std::string& arguments) {
  std::string said;
  const auto code = system::run({{"/bin/sh", "-c", "openssl " + arguments}, {}, folder}, {},
                                [&](std::string_view line) { said.append(line).append("\n"); });
  INFO(said);
  REQUIRE(code == 0);
}

// A folder with ca.pem, cert.pem and key.pem, the certificate being for this machine and valid for so many days.
void make_certificates(const std::filesystem::path& folder, int days = 2) {
  const std::string key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
  std::filesystem::create_directories(folder);
  openssl(folder, fmt::format("req -x509 {} -days 2 -subj /CN=authority -keyout ca-key.pem -out ca.pem", key));
  openssl(folder, fmt::format("req {} -subj /CN=test -keyout key.pem -out cert.csr", key));
  std::ofstream(folder / "extensions") << "subjectAltName=IP:127.0.0.1\n";
  openssl(folder, fmt::format("x509 -req -in cert.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days {} "
                              "-extfile extensions -out cert.pem",
                              days));
}

// Serves an engine's greeting and information to clients whose certificate is of its authority.
class TlsServer {
 public:
  explicit TlsServer(const std::filesystem::path& certificates) {
    std::filesystem::create_directories(folder_ / "v1.41");
    std::ofstream(folder_ / "_ping") << "HTTP/1.0 200 OK\r\nApi-Version: 1.41\r\n\r\nOK";
    std::ofstream(folder_ / "v1.41" / "info") << "HTTP/1.0 200 OK\r\n\r\n{\"ServerVersion\":\"9.9\"}";
    const auto file = [&](const char* name) { return (certificates / name).string(); };
    system::Command command{
        {"openssl", "s_server", "-accept", "127.0.0.1:0", "-HTTP", "-Verify", "1", "-verify_return_error", "-CAfile",
         file("ca.pem"), "-cert", file("cert.pem"), "-key", file("key.pem")},
        {},
        folder_.path()};
    thread_ = std::jthread([this, command](const std::stop_token& stop) {
      // It reads keys from its input and ends with it, so that stays open.
      const auto ended = system::run(
          command, [&](const auto&) { return wait(stop); }, [this](std::string_view line) { hear(line); }, stop);
      if (ended || ended.error().code != ErrorCode::cancelled) hear("ACCEPT :failed");
    });
    std::unique_lock lock(mutex_);
    heard_.wait(lock, [this] { return !port_.empty(); });
    REQUIRE(port_ != "failed");
  }

  [[nodiscard]] std::string address() const { return "tcp://127.0.0.1:" + port_; }

 private:
  Result<void> wait(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    heard_.wait(lock, stop, [] { return false; });
    return {};
  }
  void hear(std::string_view line) {  // "ACCEPT 127.0.0.1:41234"
    const std::lock_guard lock(mutex_);
    if (line.starts_with("ACCEPT ") && port_.empty()) port_ = line.substr(line.rfind(':') + 1);
    heard_.notify_all();
  }

  tests::TemporaryFolder folder_;
  std::mutex mutex_;
  std::condition_variable_any heard_;
  std::string port_;
  std::jthread thread_;
};

Result<ports::EngineInfo> info_of(const std::string& address, const std::filesystem::path& certificates) {
  auto engine = engines::open_docker({address, certificates});
  REQUIRE(engine);
  return (*engine)->info();
}

}  // namespace

TEST_CASE("An engine is spoken to over TLS when each side knows the other's authority, and not otherwise") {
  const tests::TemporaryFolder folder;
  make_certificates(folder / "ours");
  make_certificates(folder / "theirs");
  const TlsServer server(folder / "ours");

  const auto known = info_of(server.address(), folder / "ours");
  INFO((known ? std::string() : known.error().message));
  REQUIRE(known);
  CHECK(known->version == "9.9");

  const auto copy = [&](const char* name, const char* from) {
    std::filesystem::create_directories(folder / "mixed");
    std::filesystem::copy_file(folder / from / name, folder / "mixed" / name);
  };
  SUBCASE("a server of an authority that is not ours") {
    copy("ca.pem", "theirs");
    copy("cert.pem", "ours");
    copy("key.pem", "ours");
  }
  SUBCASE("a client of an authority that is not the server's") {
    copy("ca.pem", "ours");
    copy("cert.pem", "theirs");
    copy("key.pem", "theirs");
  }
  SUBCASE("no files") {}
  const auto refused = info_of(server.address(), folder / "mixed");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::unreachable);
  CHECK(refused.error().message.starts_with("no TLS connection to the Docker engine at " + server.address()));
  CHECK(refused.error().hint.find("DOCKER_CERT_PATH") != std::string::npos);
}

TEST_CASE("A certificate that has expired is said to be so, whoever it belongs to") {
  const tests::TemporaryFolder folder;
  make_certificates(folder / "fresh");
  make_certificates(folder / "stale", -1);
  std::filesystem::copy_file(folder / "stale" / "ca.pem", folder / "fresh" / "stale-ca.pem");
  const auto today = model::to_rfc3339(std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()));
  const auto trouble = engines::trouble_of_files(folder / "stale", *model::parse_rfc3339(today));
  REQUIRE(trouble);
  CHECK(trouble->starts_with("our certificate " + (folder / "stale" / "cert.pem").string() + " expired on 2"));
  CHECK_FALSE(engines::trouble_of_files(folder / "fresh", *model::parse_rfc3339(today)));

  const TlsServer server(folder / "stale");
  std::filesystem::rename(folder / "fresh" / "stale-ca.pem", folder / "fresh" / "ca.pem");
  const auto refused = info_of(server.address(), folder / "fresh");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message ==
        "no TLS connection to the Docker engine at " + server.address() + ": its certificate has expired");
  CHECK(refused.error().hint.find("new one") != std::string::npos);
}

TEST_CASE("The days of a certificate are read as OpenSSL writes them") {
  const tests::TemporaryFolder folder;
  make_certificates(folder.path(), 20000);  // beyond 2049, where times are written otherwise
  const auto read = engines::validity_of(*system::read_file(folder / "cert.pem"));
  REQUIRE(read);
  CHECK(read->until - read->from == std::chrono::days(20000));
  const auto age = std::chrono::system_clock::now() - read->from;
  CHECK(age > std::chrono::seconds(-2));
  CHECK(age < std::chrono::minutes(5));
}
