#include "media/manifest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "media/file_time.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::media {
namespace {

constexpr std::size_t longest_path = 4000;

bool is_same(const MediaFile& a, const MediaFile& b) {
  return a.bytes == b.bytes && is_same_time(a.changed_ns, b.changed_ns);
}

Result<void> check_no_file_above(const Manifest& below, const Manifest& files) {
  if (files.empty()) return {};
  for (const auto& file : below)
    if (const auto above = file_above(file.path, files); !above.empty())
      return fail(ErrorCode::invalid, fmt::format("{} is a file on one side and a folder on the other", printable(above)),
                  "rename or remove one of the two");
  return {};
}

}  // namespace

std::string_view file_above(std::string_view path, const Manifest& files) {
  for (auto slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1)) {
    const auto above = path.substr(0, slash);
    const auto found = std::ranges::lower_bound(files, above, {}, &MediaFile::path);
    if (found != files.end() && found->path == above) return above;
  }
  return {};
}

Result<void> check_path(std::string_view path) {
  const auto refuse = [&](std::string_view why) {
    return fail(ErrorCode::invalid, fmt::format("the path '{}' of a media file {}", printable(path.substr(0, 200)), why));
  };
  if (path.empty() || path.size() > longest_path) return refuse("is empty or too long");
  if (path.find('\0') != std::string_view::npos) return refuse("has a zero byte in it");
  for (std::size_t begin = 0; begin <= path.size();) {
    const auto end = std::min(path.find('/', begin), path.size());
    const auto part = path.substr(begin, end - begin);
    if (part.empty() || part == "." || part == "..") return refuse("leads out of its folder");
    if (part.starts_with(draft_prefix)) return refuse("is that of a file that is being written");
    begin = end + 1;
  }
  return {};
}

Result<Manifest> make_manifest(std::vector<MediaFile> files) {
  std::ranges::sort(files, {}, &MediaFile::path);
  for (const auto& file : files) DIVIO_CHECK(check_path(file.path));
  const auto twice = std::ranges::adjacent_find(files, {}, &MediaFile::path);
  if (twice != files.end()) return fail(ErrorCode::invalid, fmt::format("{} is listed twice", printable(twice->path)));
  return files;
}

Result<SyncPlan> plan_sync(const Manifest& from, const Manifest& to, bool with_removal) {
  SyncPlan plan;
  auto there = to.begin();
  const auto only_there = [&] {
    if (with_removal) plan.remove.push_back(there->path);
    ++there;
  };
  for (const auto& file : from) {
    while (there != to.end() && there->path < file.path) only_there();
    const bool both = there != to.end() && there->path == file.path;
    if (both && is_same(file, *there)) {
      ++plan.unchanged;
    } else {
      plan.copy.push_back(file);
      plan.bytes += file.bytes;
    }
    if (both) ++there;
  }
  while (there != to.end()) only_there();
  DIVIO_CHECK(check_no_file_above(from, to));
  DIVIO_CHECK(check_no_file_above(to, from));
  std::ranges::stable_sort(plan.copy, std::greater<>(), &MediaFile::bytes);
  return plan;
}

std::string printable(std::string_view path) {
  std::string text;
  for (std::size_t at = 0; at < path.size();) {
    const auto c = static_cast<unsigned char>(path[at]);
    // The length that a first byte of UTF-8 announces, if that many bytes follow it.
    const std::size_t length = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
    const auto rest = length == 0 ? std::string_view() : path.substr(at, length).substr(1);
    const bool whole = length > 0 && rest.size() == length - 1 &&
                       std::ranges::all_of(rest, [](char more) { return (static_cast<unsigned char>(more) & 0xc0U) == 0x80; });
    if (c == '\n') {
      text += "\\n";
    } else if (!whole || c < 0x20 || c == 0x7f) {
      text += fmt::format("\\x{:02x}", c);
    } else {
      text += path.substr(at, length);
      at += length;
      continue;
    }
    ++at;
  }
  return text;
}

}  // namespace divio::media
