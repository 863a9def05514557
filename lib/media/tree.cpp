#include "media/tree.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "media/file_time.hpp"
#include "media/manifest.hpp"
#include "support/try.hpp"

namespace divio::media {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::int64_t coarsest_ns = 2 * second_ns;
constexpr std::int64_t tick_ns = 20'000'000;  // two of the slowest that Linux is made with

}  // namespace

std::int64_t coarseness_of(std::int64_t touched_ns) { return touched_ns % second_ns == 0 ? coarsest_ns : tick_ns; }

bool same_entry(const Entry& one, const Entry& other) {
  if (one.type != other.type || one.owner != other.owner || one.group != other.group) return false;
  if (one.type == 'l') return one.link == other.link;  // a link has no mode of its own
  if (one.mode != other.mode) return false;
  return one.type != 'f' || (one.bytes == other.bytes && is_same_time(one.changed_ns, other.changed_ns));
}

MirrorPlan plan_mirror(const Tree& from, const Tree& to, std::optional<std::int64_t> since_ns) {
  MirrorPlan plan;
  auto there = to.entries.begin();
  for (const auto& entry : from.entries) {
    for (; there != to.entries.end() && there->path < entry.path; ++there) plan.remove.push_back(there->path);
    const bool taken = there != to.entries.end() && there->path == entry.path;
    if (taken && there->type != entry.type) plan.remove.push_back(entry.path);
    const bool touched = entry.type != 'd' && since_ns && entry.touched_ns >= *since_ns - coarseness_of(entry.touched_ns);
    if (!taken || touched || !same_entry(entry, *there)) {
      plan.copy.push_back(entry);
      plan.bytes += entry.type == 'f' ? entry.bytes : 0;
    }
    if (taken) ++there;
  }
  for (; there != to.entries.end(); ++there) plan.remove.push_back(there->path);
  std::ranges::reverse(plan.remove);
  return plan;
}

const Entry* find(const Tree& tree, std::string_view path) {
  const auto found = std::ranges::lower_bound(tree.entries, path, {}, [](const Entry& entry) { return std::string_view(entry.path); });
  return found != tree.entries.end() && found->path == path ? &*found : nullptr;
}

LatePlan plan_late(const Tree& from, const Tree& to, std::int64_t since_ns) {
  LatePlan plan;
  for (const auto& entry : from.entries) {
    if (entry.touched_ns < since_ns - coarseness_of(entry.touched_ns)) continue;
    const auto* other = find(to, entry.path);
    if (other == nullptr) {
      plan.bring.copy.push_back(entry);
      plan.bring.bytes += entry.type == 'f' ? entry.bytes : 0;
    } else if (entry.type != 'd' && !same_entry(entry, *other) && other->changed_ns < entry.changed_ns) {
      plan.left.push_back(entry.path);
    }
  }
  return plan;
}

Result<void> TreeReader::feed(std::string_view bytes) {
  return records_.feed(bytes, [this](std::string_view record) { return add(record); });
}

// An entry is two texts: what it is, and where it leads if it is a link.
Result<void> TreeReader::add(std::string_view text) {
  if (begun_) {
    begun_->link = text;
    if (begun_->type != 's') entries_.push_back(std::move(*begun_));
    begun_.reset();
    return {};
  }
  auto record = text;
  Entry entry;
  const auto type = take_word(record);
  const bool good = type.size() == 1 && parse_number(take_word(record), entry.bytes) && parse_time(take_word(record), entry.changed_ns) &&
                    parse_time(take_word(record), entry.touched_ns) && parse_number(take_word(record), entry.owner) &&
                    parse_number(take_word(record), entry.group);
  entry.mode = take_word(record);
  if (!good || entry.mode.empty()) return fail(ErrorCode::failed, fmt::format("the list of files has the record '{}'", printable(text.substr(0, 200))));
  entry.type = type.front();
  entry.path = record;
  begun_ = std::move(entry);
  return {};
}

Result<Tree> TreeReader::done(std::string_view at) {
  Tree tree;
  if (begun_ || records_.broken_off() || !parse_time(at, tree.at_ns)) return fail(ErrorCode::failed, "the list of files broke off");
  tree.entries = std::move(entries_);
  std::ranges::sort(tree.entries, {}, &Entry::path);
  return tree;
}

}  // namespace divio::media
