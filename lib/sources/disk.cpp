#include "sources/disk.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "support/ids.hpp"
#include "support/try.hpp"

namespace divio::sources {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int get() const { return number_; }

 private:
  int number_;
};

FileState state_of(const struct stat& seen) {
  return {static_cast<std::uint64_t>(seen.st_size), seen.st_mtim.tv_sec * 1'000'000'000LL + seen.st_mtim.tv_nsec,
          seen.st_mode};
}

Result<void> read_to_end(int file, const std::filesystem::path& path, const ports::ByteSink& sink) {
  std::string piece(std::size_t{256} * 1024, '\0');
  while (true) {
    const auto got = ::read(file, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cannot_read(path, errno);
    if (got == 0) return {};
    DIVIO_CHECK(sink(std::string_view(piece).substr(0, static_cast<std::size_t>(got))));
  }
}

}  // namespace

Failure cannot_read(const std::filesystem::path& path, int error_number) {
  return fail(ErrorCode::failed, fmt::format("cannot read {}: {}", path.string(), std::strerror(error_number)));
}

Result<std::optional<FileState>> file_state(const std::filesystem::path& path) {
  struct stat seen {};
  if (::lstat(path.c_str(), &seen) == 0) return state_of(seen);
  if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
  return cannot_read(path, errno);
}

Result<void> read_in_pieces(const std::filesystem::path& path, const FileState& expected, const ports::ByteSink& sink) {
  const auto changed = [&] {
    return fail(ErrorCode::failed, fmt::format("{} changed while it was read", path.string()),
                "try again when nothing is writing to it");
  };
  // Not blocking, so that a file that became a pipe meanwhile does not hold us up before its state is looked at.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (file.get() < 0) return errno == ENOENT || errno == ELOOP ? changed() : cannot_read(path, errno);
  struct stat seen {};
  if (::fstat(file.get(), &seen) != 0) return cannot_read(path, errno);
  if (state_of(seen) != expected) return changed();
  DIVIO_CHECK(read_to_end(file.get(), path, sink));
  if (::fstat(file.get(), &seen) != 0) return cannot_read(path, errno);
  if (state_of(seen) != expected) return changed();
  return {};
}

Result<std::optional<std::string>> read_whole(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0 && (errno == ENOENT || errno == ENOTDIR)) return std::nullopt;
  if (file.get() < 0) return cannot_read(path, errno);
  struct stat seen {};
  if (::fstat(file.get(), &seen) != 0) return cannot_read(path, errno);
  if (!S_ISREG(seen.st_mode)) return fail(ErrorCode::failed, fmt::format("{} is not a file", path.string()));
  std::string text;
  DIVIO_CHECK(read_to_end(file.get(), path, [&](std::string_view bytes) {
    text += bytes;
    return Result<void>{};
  }));
  return text;
}

Result<std::vector<std::string>> file_names(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator files(folder, error);
  for (; !error && files != std::filesystem::directory_iterator{}; files.increment(error)) {
    std::error_code ignored;
    if (!files->is_directory(ignored)) names.push_back(files->path().filename().string());
  }
  if (error && error != std::errc::no_such_file_or_directory && error != std::errc::not_a_directory) {
    return cannot_read(folder, error.value());
  }
  std::ranges::sort(names);
  return names;
}

Result<std::string> sha256_of_file(const std::filesystem::path& path, const FileState& expected) {
  Sha256 hash;
  DIVIO_CHECK(read_in_pieces(path, expected, [&](std::string_view bytes) {
    hash.add(bytes);
    return Result<void>{};
  }));
  return hash.hex();
}

}  // namespace divio::sources
