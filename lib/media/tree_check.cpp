#include "media/tree_check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "media/manifest.hpp"
#include "support/ids.hpp"
#include "support/try.hpp"

namespace divio::media {
namespace {

constexpr std::size_t sum_digits = 64;
constexpr std::string_view between = " *";
constexpr std::string_view below_here = "./";

}  // namespace

Result<void> SumsReader::feed(std::string_view bytes) {
  return records_.feed(bytes, [this](std::string_view record) -> Result<void> {
    if (record.size() <= sum_digits + between.size() || record.substr(sum_digits, between.size()) != between)
      return fail(ErrorCode::failed, fmt::format("the sums of files have the record '{}'", printable(record.substr(0, 200))));
    auto path = record.substr(sum_digits + between.size());
    if (path.starts_with(below_here)) path.remove_prefix(below_here.size());
    sums_.emplace(path, record.substr(0, sum_digits));
    return {};
  });
}

Result<Sums> SumsReader::done() {
  if (records_.broken_off()) return fail(ErrorCode::failed, "the sums of files broke off");
  return std::move(sums_);
}

std::vector<Entry> still_files(const Tree& before, const Tree& after) {
  std::vector<Entry> still;
  for (const auto& entry : before.entries) {
    if (entry.type != 'f') continue;
    const auto* later = find(after, entry.path);
    if (later != nullptr && *later == entry) still.push_back(entry);
  }
  return still;
}

Checked check_trees(const std::vector<Entry>& still, const Sums& sums, const Content& to, std::optional<std::int64_t> since_ns) {
  Checked checked;
  Sha256 sums_from;
  Sha256 sums_to;
  for (const auto& entry : still) {
    const auto* other = find(to.tree, entry.path);
    const auto one = sums.find(entry.path);
    const auto two = to.sums.find(entry.path);
    if (other == nullptr || !same_entry(entry, *other)) {
      if (since_ns && entry.touched_ns < *since_ns) checked.missing.push_back(entry.path);
      continue;
    }
    if (one == sums.end() || two == to.sums.end()) {  // it stood still, and cannot be read
      checked.different.push_back(entry.path);
      continue;
    }
    ++checked.files;
    checked.bytes += entry.bytes;
    if (one->second != two->second) checked.different.push_back(entry.path);
    sums_from.add(entry.path + '\0' + one->second);
    sums_to.add(entry.path + '\0' + two->second);
  }
  checked.sums_from = sums_from.hex();
  checked.sums_to = sums_to.hex();
  return checked;
}

}  // namespace divio::media
