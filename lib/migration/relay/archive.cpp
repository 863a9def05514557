#include "migration/relay/archive.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstring>

namespace divio::migration::relay {
namespace {

// Places within a header, from https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html
constexpr std::size_t block = 512;
constexpr std::size_t at_mode = 100;
constexpr std::size_t at_user = 108;
constexpr std::size_t at_group = 116;
constexpr std::size_t at_size = 124;
constexpr std::size_t at_time = 136;
constexpr std::size_t at_sum = 148;
constexpr std::size_t at_type = 156;
constexpr std::size_t at_magic = 257;
constexpr std::size_t size_digits = 11;

std::string header_of(const File& file) {
  std::string head(block, '\0');
  const auto put = [&](std::size_t at, std::string_view text) { text.copy(head.data() + at, text.size()); };
  put(0, file.name);
  put(at_mode, file.only_root ? "0000400" : "0000444");
  put(at_user, "0000000");
  put(at_group, "0000000");
  put(at_size, fmt::format("{:011o}", file.content.reveal().size()));
  put(at_time, "00000000000");
  put(at_sum, "        ");  // counts as blanks
  put(at_type, "0");
  put(at_magic, std::string_view("ustar\00000", 8));
  unsigned sum = 0;
  for (const char c : head) sum += static_cast<unsigned char>(c);
  put(at_sum, fmt::format("{:06o}", sum));
  head[at_sum + 6] = '\0';
  return head;
}

}  // namespace

Secret pack(std::span<const File> files) {
  std::size_t size = 2 * block;
  for (const auto& file : files) size += block + (file.content.reveal().size() + block - 1) / block * block;
  std::string tar;
  tar.reserve(size);  // so that no copy is left behind
  for (const auto& file : files) {
    tar += header_of(file);
    tar += file.content.reveal();
    tar.append((block - tar.size() % block) % block, '\0');
  }
  tar.append(2 * block, '\0');
  return Secret(std::move(tar));
}

Result<std::string> unpack(std::string_view archive) {
  const auto nothing = [] { return fail(ErrorCode::failed, "a file of the relay cannot be read back from the engine", "run this again"); };
  if (archive.size() < block || archive.substr(at_magic, 5) != "ustar" || (archive[at_type] != '0' && archive[at_type] != '\0'))
    return nothing();
  std::size_t size = 0;
  const auto* begin = archive.data() + at_size;
  const auto read = std::from_chars(begin, begin + size_digits, size, 8);
  if (read.ec != std::errc{} || size > archive.size() - block) return nothing();
  return std::string(archive.substr(block, size));
}

}  // namespace divio::migration::relay
