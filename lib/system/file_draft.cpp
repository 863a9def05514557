#include "system/file_draft.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

#include "system/files.hpp"

namespace divio::system {

namespace fs = std::filesystem;

FileDraft::FileDraft(fs::path path, std::string beside, UniqueFd file)
    : path_(std::move(path)), beside_(std::move(beside)), file_(std::move(file)) {}

FileDraft::FileDraft(FileDraft&& other) noexcept
    : path_(std::move(other.path_)), beside_(std::exchange(other.beside_, {})), file_(std::move(other.file_)) {}

FileDraft::~FileDraft() {
  if (!beside_.empty()) ::unlink(beside_.c_str());
}

Result<FileDraft> FileDraft::begin(const fs::path& path) {
  auto beside = (path.parent_path() / fmt::format(".{}.XXXXXX", path.filename().string())).string();
  UniqueFd file(::mkostemp(beside.data(), O_CLOEXEC));
  if (!file) return Failure(file_error("write", path, errno));
  return FileDraft(path, std::move(beside), std::move(file));
}

Result<void> FileDraft::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(file_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Failure(file_error("write", path_, errno));
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> FileDraft::put_in_place(mode_t mode) {
  const bool done = ::fchmod(file_.get(), mode) == 0 && ::fsync(file_.get()) == 0 &&
                    ::rename(beside_.c_str(), path_.c_str()) == 0;
  if (!done) return Failure(file_error("write", path_, errno));
  beside_.clear();
  return sync_folder_of(path_);
}

}  // namespace divio::system
