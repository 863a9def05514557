#include "store/sqlite/catalogue.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "store/sqlite/schema.hpp"
#include "support/ids.hpp"
#include "support/try.hpp"
#include "system/files.hpp"

namespace divio::store {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view checked_text = "divioctl";

fs::path database_in(const fs::path& home) {
  return home / "catalogue.db";
}
fs::path key_in(const fs::path& home) {
  return home / "key";
}

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

// An exclusive lock on the folder itself, let go by closing it, so that one process at a time prepares a catalogue.
class FolderLock {
 public:
  [[nodiscard]] static Result<FolderLock> take(const fs::path& folder) {
    FolderLock lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    while (lock.descriptor_ >= 0 && ::flock(lock.descriptor_, LOCK_EX) != 0)
      if (errno != EINTR) return Failure(system::file_error("lock", folder, errno));
    if (lock.descriptor_ < 0) return Failure(system::file_error("open", folder, errno));
    return lock;
  }
  FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

// SQLite gives its -wal and -shm files the mode of the database, but would make the database itself by the umask.
Result<void> make_empty(const fs::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0) return Failure(system::file_error("make the catalogue", file, errno));
  ::close(descriptor);
  return {};
}

// The key comes first: after a crash in between, the next process takes the key that is there.
Result<void> fill_catalogue(Connection& connection, const fs::path& home) {
  DIVIO_TRY(key, is_there(key_in(home)) ? SealingKey::load(key_in(home)) : SealingKey::make(key_in(home)));
  const std::string id = random_hex(8);
  const std::string check = key.seal(checked_text);
  DIVIO_CHECK(connection.run("INSERT INTO catalogue (only, id, key_check) VALUES (1, ?, ?)", {id, Blob{check}}));
  return {};
}

Result<void> prepare_catalogue(const fs::path& home) {
  DIVIO_CHECK(system::ensure_folder(home, S_IRWXU));
  DIVIO_TRY(lock, FolderLock::take(home));
  DIVIO_CHECK(make_empty(database_in(home)));
  DIVIO_TRY(connection, Connection::open(database_in(home)));
  DIVIO_TRY(version, schema_version(connection));
  if (version == newest_schema()) return {};  // another process was first
  DIVIO_CHECK(check_schema_version(version));
  DIVIO_CHECK(connection.script("PRAGMA journal_mode=WAL"));
  DIVIO_TRY(transaction, Transaction::begin(connection, "BEGIN IMMEDIATE"));
  DIVIO_CHECK(migrate_schema(connection));
  if (version == 0) DIVIO_CHECK(fill_catalogue(connection, home));
  return transaction.commit();
}

Result<SealingKey> load_key(const fs::path& home) {
  auto key = SealingKey::load(key_in(home));
  if (key || key.error().code != ErrorCode::not_found) return key;
  return fail(ErrorCode::failed,
              fmt::format("the key {} is missing, and the secrets in the catalogue beside it cannot be read without it",
                          key_in(home).string()),
              fmt::format("restore it from a backup; if it is lost, move {} away and deploy again", home.string()));
}

Result<std::string> read_identity(Connection& connection, const SealingKey& key, const fs::path& home) {
  struct Identity {
    std::string id, key_check;
  };
  DIVIO_TRY(found, connection.first("SELECT id, key_check FROM catalogue", {}, [](const Row& row) {
    return Result<Identity>({row.text(0), row.text(1)});
  }));
  if (!found)
    return fail(ErrorCode::failed, fmt::format("the catalogue {} is damaged: it has no id", database_in(home).string()),
                "restore it from a backup");
  auto opened = key.open(found->key_check, "the catalogue");
  if (opened && opened->reveal() == checked_text) return std::move(found->id);
  return fail(ErrorCode::failed,
              fmt::format("the key {} is not the one this catalogue was sealed with", key_in(home).string()),
              "restore the catalogue and its key from the same backup");
}

}  // namespace

Result<Catalogue> open_catalogue(const fs::path& home) {
  if (!is_there(database_in(home))) DIVIO_CHECK(prepare_catalogue(home));
  DIVIO_TRY(connection, Connection::open(database_in(home)));
  DIVIO_TRY(version, schema_version(connection));
  DIVIO_CHECK(check_schema_version(version));
  if (version != newest_schema()) DIVIO_CHECK(prepare_catalogue(home));
  DIVIO_TRY(key, load_key(home));
  DIVIO_TRY(id, read_identity(connection, key, home));
  return Catalogue{std::move(connection), key, std::move(id)};
}

}  // namespace divio::store
