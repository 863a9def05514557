#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sources/context.hpp"
#include "sources/utf8.hpp"
#include "support/text.hpp"

namespace divio::sources {
namespace {

// "a, b, c, d, e and 12 more"
std::string name_some(std::vector<std::string> names) {
  constexpr std::size_t shown = 5;
  std::ranges::sort(names);
  const auto more = names.size() > shown ? names.size() - shown : 0;
  names.resize(names.size() - more);
  auto text = join(names, ", ");
  if (more > 0) text += fmt::format(" and {} more", more);
  return text;
}

std::string biggest_parts(std::span<const Entry> entries) {
  std::map<std::string, std::uint64_t> sizes;
  for (const auto& entry : entries) sizes[entry.path.substr(0, entry.path.find('/'))] += entry.bytes;
  std::vector<std::pair<std::uint64_t, std::string>> parts;
  parts.reserve(sizes.size());
  for (const auto& [name, bytes] : sizes) parts.emplace_back(bytes, name);
  std::ranges::sort(parts, std::ranges::greater{});
  if (parts.size() > 3) parts.resize(3);
  std::vector<std::string> texts;
  texts.reserve(parts.size());
  for (const auto& [bytes, name] : parts) texts.push_back(fmt::format("{} ({})", name, human_bytes(bytes)));
  return join(texts, ", ");
}

}  // namespace

std::vector<std::string> warnings_about(const Listing& listing, std::uint64_t large) {
  std::vector<std::string> warnings;
  const auto warn = [&](const std::vector<std::string>& names, std::string_view format) {
    if (!names.empty()) warnings.push_back(valid_utf8(fmt::format(fmt::runtime(format), name_some(names))));
  };
  warn(listing.missing_lfs,
       "only the Git LFS pointers of these files are here, not their contents: {}; run `git lfs pull`");
  warn(listing.missing_submodules,
       "these submodules are not in this clone and are sent as empty folders: {}; run `git submodule update --init`");
  warn(listing.special, "these are neither files, folders nor links and are left out: {}");
  std::uint64_t bytes = 0;
  for (const auto& entry : listing.entries) bytes += entry.bytes;
  if (bytes >= large) {
    warnings.push_back(valid_utf8(
        fmt::format("the build context is {}; the biggest parts are {}; what the image does not need can be left out "
                    "in .dockerignore",
                    human_bytes(bytes), biggest_parts(listing.entries))));
  }
  return warnings;
}

}  // namespace divio::sources
