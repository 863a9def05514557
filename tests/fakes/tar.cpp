#include "fakes/tar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace divio::fakes {
namespace {

constexpr std::size_t block = 512;

std::size_t padded(std::size_t size) {
  return (size + block - 1) / block * block;
}

// POSIX ustar: fixed fields, numbers in octal, a checksum over the header with its own field as spaces.
std::string header(const std::string& path, std::size_t size) {
  std::string text(block, '\0');
  const auto put = [&](std::size_t at, std::string_view field) { text.replace(at, field.size(), field); };
  put(0, path.substr(0, 100));
  put(100, "0000644");
  put(108, "0000000");
  put(116, "0000000");
  put(124, fmt::format("{:011o}", size));
  put(136, "00000000000");
  put(148, "        ");
  put(156, "0");
  put(257, std::string_view("ustar\00000", 8));
  unsigned sum = 0;
  for (const char c : text) sum += static_cast<unsigned char>(c);
  put(148, fmt::format("{:06o}", sum) + std::string("\0 ", 2));
  return text;
}

}  // namespace

std::string write_tar(const Files& files) {
  std::string tar;
  for (const auto& [path, content] : files) {
    tar += header(path, content.size()) + content;
    tar.append(padded(content.size()) - content.size(), '\0');
  }
  return tar.append(2 * block, '\0');
}

Files read_tar(std::string_view tar) {
  Files files;
  while (tar.size() >= block && tar[0] != '\0') {
    const std::string path(tar.data(), ::strnlen(tar.data(), 100));
    const auto size = static_cast<std::size_t>(std::strtoull(std::string(tar.substr(124, 12)).c_str(), nullptr, 8));
    const char type = tar[156];
    tar.remove_prefix(block);
    if (type == '0' || type == '\0') files[path] = std::string(tar.substr(0, size));
    tar.remove_prefix(std::min(padded(size), tar.size()));
  }
  return files;
}

}  // namespace divio::fakes
