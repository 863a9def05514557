#include "media/tags.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "support/try.hpp"
#include "system/md5.hpp"

namespace divio::media {
namespace {

constexpr std::uint64_t part = std::uint64_t{8} << 20;
constexpr std::size_t piece = std::size_t{256} * 1024;

std::string hex_of(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

// The MD5 of so many bytes of a file from `at` on, fewer at its end.
Result<std::string> digest_of(const LocalFolder& folder, const OpenFile& file, std::uint64_t at, std::uint64_t bytes) {
  DIVIO_TRY(hash, system::Md5::begin());
  std::string buffer(piece, '\0');
  while (bytes > 0) {
    const auto count = ::pread(file.file.get(), buffer.data(), std::min<std::uint64_t>(piece, bytes), static_cast<off_t>(at));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return folder.os_failure("read", file.seen.path, errno);
    if (count == 0) break;
    hash.add(std::string_view(buffer).substr(0, static_cast<std::size_t>(count)));
    at += static_cast<std::uint64_t>(count);
    bytes -= static_cast<std::uint64_t>(count);
  }
  return hash.digest();
}

}  // namespace

Result<bool> has_tag(const LocalFolder& folder, const MediaFile& file, const std::string& tag, const std::stop_token& stop) {
  const auto dash = tag.find('-');
  const auto parts = std::max<std::uint64_t>(1, (file.bytes + part - 1) / part);
  if (dash != std::string::npos && tag.substr(dash) != fmt::format("-{}", parts)) return false;
  DIVIO_TRY(opened, folder.read(file.path));
  if (!opened || opened->seen.bytes != file.bytes) return false;
  if (dash == std::string::npos) {
    DIVIO_TRY(digest, digest_of(folder, *opened, 0, file.bytes));
    return hex_of(digest) == tag;
  }
  DIVIO_TRY(all, system::Md5::begin());
  for (std::uint64_t i = 0; i < parts; ++i) {
    if (stop.stop_requested()) return fail(ErrorCode::cancelled, "comparing the files was cancelled");
    DIVIO_TRY(digest, digest_of(folder, *opened, i * part, part));
    all.add(digest);
  }
  return fmt::format("{}-{}", hex_of(all.digest()), parts) == tag;
}

}  // namespace divio::media
