// Storages to test: a folder, and S3 as a real server of it (Swift) speaks it.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>

#include "fakes/temporary_folder.hpp"
#include "storage/storage.hpp"

namespace divio::tests {

// A server of its own, gone at the end of the scope or of this process. Its buckets "files" and "others", of
// two accounts, are there and empty.
class S3Server {
 public:
  explicit S3Server(std::string address = "127.0.0.1");
  S3Server(const S3Server&) = delete;
  S3Server& operator=(const S3Server&) = delete;
  ~S3Server();

  [[nodiscard]] storage::S3Settings settings() const;  // of "files"
  [[nodiscard]] storage::S3Settings settings_of_other() const;
  [[nodiscard]] std::string port() const { return port_; }

  // With TLS. Nobody but the authority in `authority_file()` vouches for its certificate, and the one in the other never did.
  [[nodiscard]] storage::S3Settings tls_settings() const;  // of "files", without an authority
  [[nodiscard]] std::filesystem::path authority_file() const { return folder_ / "tls" / "ca.pem"; }
  [[nodiscard]] std::filesystem::path other_authority_file() const { return folder_ / "tls" / "other" / "ca.pem"; }

 private:
  TemporaryFolder folder_;
  std::string address_;
  int input_ = -1;
  pid_t process_ = -1;
  std::string port_;
  std::string tls_port_;
};

// One for all tests of this program, since it takes two seconds to start.
[[nodiscard]] S3Server& s3_server();

// A storage under test, empty at first.
struct StorageGround {
  std::string name;
  TemporaryFolder folder;
  std::unique_ptr<ports::ObjectStorage> storage;
};

[[nodiscard]] std::unique_ptr<StorageGround> folder_ground();
[[nodiscard]] std::unique_ptr<StorageGround> s3_ground();

// Writes `bytes` in pieces of `piece`.
[[nodiscard]] ports::ByteWriter writer_of(std::string bytes, std::size_t piece = 100'000);

[[nodiscard]] Result<std::string> get_all(ports::ObjectStorage& storage, const std::string& key, const ports::ByteRange& range = {});

// Bytes without a pattern, the same for the same seed.
[[nodiscard]] std::string noise(std::size_t bytes, unsigned seed);

}  // namespace divio::tests
