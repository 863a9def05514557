#include "storage/storages.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>
#include <stdexcept>

namespace divio::tests {

namespace {

std::string line_of(int end) {
  std::string line;
  for (char c = 0; ::read(end, &c, 1) == 1 && c != '\n';) line += c;
  return line;
}

void make_certificates(const std::filesystem::path& folder, const std::string& address) {
  const auto script = ". " DIVIO_SOURCE_DIR "/tests/testbed/tls.sh && make_certificates '" + folder.string() + "' " + address;
  const char* const words[] = {"bash", "-euc", script.c_str(), nullptr};
  pid_t process = -1;
  int status = 1;
  if (::posix_spawnp(&process, words[0], nullptr, nullptr, const_cast<char* const*>(words), environ) != 0 ||
      ::waitpid(process, &status, 0) != process || status != 0)
    throw std::runtime_error("cannot make certificates: that needs the program openssl");
}

}  // namespace

S3Server::S3Server(std::string address) : address_(std::move(address)) {
  const auto tls = folder_ / "tls";
  make_certificates(tls, address_);
  const auto certificate = (tls / "server-cert.pem").string();
  const auto key = (tls / "server-key.pem").string();
  const auto kept = (folder_ / "swift").string();
  int in[2], out[2];
  if (::pipe(in) != 0 || ::pipe(out) != 0) throw std::runtime_error("cannot make a pipe");
  process_ = ::fork();
  if (process_ < 0) throw std::runtime_error("cannot fork");
  if (process_ == 0) {
    ::dup2(in[0], 0);
    ::dup2(out[1], 1);
    for (const int end : {in[0], in[1], out[0], out[1]}) ::close(end);
    ::execl("/usr/bin/python3", "python3", DIVIO_SOURCE_DIR "/tests/storage/s3_server.py", kept.c_str(), address_.c_str(),
            certificate.c_str(), key.c_str(), nullptr);
    ::_exit(127);
  }
  ::close(in[0]);
  ::close(out[1]);
  input_ = in[1];
  ::fcntl(input_, F_SETFD, FD_CLOEXEC);
  port_ = line_of(out[0]);
  tls_port_ = line_of(out[0]);
  ::close(out[0]);
  if (port_.empty()) throw std::runtime_error("the S3 server did not start: it needs the package python3-swift, and extended "
                                              "attributes in the folder for temporary files");
}

S3Server::~S3Server() {
  ::close(input_);
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

storage::S3Settings S3Server::settings() const {
  storage::S3Settings settings;
  settings.endpoint = "http://" + address_ + ":" + port_;
  settings.bucket = "files";
  settings.access_key = "test:tester";
  settings.secret_key = Secret("testing");
  return settings;
}

storage::S3Settings S3Server::tls_settings() const {
  auto settings = this->settings();
  settings.endpoint = "https://" + address_ + ":" + tls_port_;
  return settings;
}

storage::S3Settings S3Server::settings_of_other() const {
  auto settings = this->settings();
  settings.bucket = "others";
  settings.access_key = "other:guest";
  settings.secret_key = Secret("guessing");
  return settings;
}

S3Server& s3_server() {
  static S3Server server;
  return server;
}

std::unique_ptr<StorageGround> folder_ground() {
  auto ground = std::make_unique<StorageGround>();
  ground->name = "folder";
  ground->storage = storage::open_folder(ground->folder / "kept");
  return ground;
}

std::unique_ptr<StorageGround> s3_ground() {
  auto ground = std::make_unique<StorageGround>();
  ground->name = "S3";
  auto opened = storage::open_s3(s3_server().settings());
  if (!opened) throw std::runtime_error(opened.error().message);
  ground->storage = std::move(*opened);
  while (true) {
    const auto page = ground->storage->list("", "", 1000);
    if (!page) throw std::runtime_error(page.error().message);
    for (const auto& object : page->objects)
      if (auto removed = ground->storage->remove(object.key); !removed) throw std::runtime_error(removed.error().message);
    if (page->next.empty()) return ground;
  }
}

ports::ByteWriter writer_of(std::string bytes, std::size_t piece) {
  return [bytes = std::move(bytes), piece](const ports::ByteSink& sink) -> Result<void> {
    for (std::size_t at = 0; at < bytes.size(); at += piece)
      if (auto sent = sink(std::string_view(bytes).substr(at, piece)); !sent) return sent;
    return {};
  };
}

Result<std::string> get_all(ports::ObjectStorage& storage, const std::string& key, const ports::ByteRange& range) {
  std::string bytes;
  const auto got = storage.get(key, range, [&](std::string_view more) -> Result<void> {
    bytes += more;
    return {};
  }, {});
  if (!got) return Failure(got.error());
  return bytes;
}

std::string noise(std::size_t bytes, unsigned seed) {
  std::mt19937_64 random(seed);
  std::string text(bytes, '\0');
  for (auto& c : text) c = static_cast<char>(random());
  return text;
}

}  // namespace divio::tests
