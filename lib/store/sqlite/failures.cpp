#include "store/sqlite/failures.hpp"

#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "system/files.hpp"

namespace divio::store {
namespace {

constexpr const char* damaged_hint =
    "move the folder away and restore it from a backup, or recover what is readable with "
    "`sqlite3 catalogue.db .recover`; what runs goes on running";

// Why a system call of SQLite failed. It keeps errno for some calls only; for the others errno itself is still there,
// and is believed if it is a reason for which writing fails.
int reason(sqlite3* handle, int last_error) {
  const int kept = handle == nullptr ? 0 : sqlite3_system_errno(handle);
  if (kept != 0) return kept;
  for (const int likely : {ENOSPC, EDQUOT, EFBIG, EROFS, EIO})
    if (last_error == likely) return likely;
  return 0;
}

// Opening fails with the errno of SQLite's last try of several, which is about another file; so the kernel is asked
// again.
int reason_not_to_open(const std::filesystem::path& path, int otherwise) {
  for (const auto& needed : {path, path.parent_path()})
    if (::access(needed.c_str(), R_OK | W_OK) != 0) return errno;
  return otherwise;
}

Error system_failure(int error, int code, const std::string& path, const char* action) {
  if (error == 0)
    return {ErrorCode::failed,
            fmt::format("cannot {} the catalogue {}: {}", action, path, sqlite3_errstr(code)),
            "check that its folder is there and can be written to",
            {}};
  Error described = system::file_error(fmt::format("{} the catalogue", action), path, error);
  described.code = ErrorCode::failed;
  return described;
}

}  // namespace

Error describe_failure(sqlite3* handle, int code, const std::string& path) {
  const int error = reason(handle, errno);
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorCode::timed_out,
              fmt::format("the catalogue {} is busy: another process keeps writing to it", path),
              "try again; if it stays so, look for a divioctl or sqlite3 that hangs",
              {}};
    case SQLITE_FULL:
      // Also a quota or a limit on the size of files, which SQLite does not tell apart.
      return {ErrorCode::failed,
              fmt::format("cannot write the catalogue {}: no space left on the disk", path),
              "free some space, or raise your disk quota or file size limit (ulimit -f), and try again",
              {}};
    case SQLITE_CORRUPT:
      return {ErrorCode::failed, fmt::format("the catalogue {} is damaged", path), damaged_hint, {}};
    case SQLITE_NOTADB:
      return {
          ErrorCode::failed, fmt::format("the catalogue {} is damaged: it is not a database", path), damaged_hint, {}};
    case SQLITE_READONLY:
      return {ErrorCode::failed,
              fmt::format("cannot write the catalogue {}: it is read-only", path),
              "check the mode of the file and its folder, and whether the file system is mounted read-only",
              {}};
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return system_failure(reason_not_to_open(path, error), code, path, "open");
    case SQLITE_IOERR:
      return system_failure(error, code, path, "read or write");
    case SQLITE_NOMEM:
      return {
          ErrorCode::failed, "there is not enough memory to use the catalogue", "free some memory and try again", {}};
    default:
      return {ErrorCode::bug,
              fmt::format("the catalogue {} refused a statement: {}", path,
                          handle == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle)),
              "please report this",
              {}};
  }
}

}  // namespace divio::store
