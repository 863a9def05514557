#include "media/object_plan.hpp"

#include <algorithm>
#include <functional>

namespace divio::media {
namespace {

const Pair* pair_at(const Pairs& pairs, const std::string& key) {
  const auto found = pairs.find(key);
  return found == pairs.end() ? nullptr : &found->second;
}

const std::string& tag_from(const Pair& pair, bool back) { return back ? pair.target : pair.source; }
const std::string& tag_to(const Pair& pair, bool back) { return back ? pair.source : pair.target; }

}  // namespace

// Most have the folder of the one before.
std::string_view file_and_folder(const Objects& objects) {
  std::string_view folder;
  for (const auto& file : objects.listing.files) {
    const auto slash = file.path.rfind('/');
    if (slash == std::string::npos || std::string_view(file.path).substr(0, slash) == folder) continue;
    folder = std::string_view(file.path).substr(0, slash);
    if (const auto above = file_above(file.path, objects.listing.files); !above.empty()) return above;
  }
  return {};
}

Listed listed_at(const Objects& objects, std::size_t number) { return {objects.listing.files[number], objects.tags[number]}; }

bool is_copied(const Listed& one, const Objects& to, const Pairs& pairs, bool back) {
  const auto* pair = pair_at(pairs, one.file.path);
  const auto* there = to.tag_at(one.file.path);
  if (pair == nullptr || there == nullptr || one.tag.empty() || there->empty()) return false;
  return tag_from(*pair, back) == one.tag && tag_to(*pair, back) == *there;
}

ObjectPass plan_pass(const Objects& from, const Objects& to, const Pairs& pairs, bool back) {
  ObjectPass plan;
  for (std::size_t i = 0; i < from.tags.size(); ++i) {
    auto one = listed_at(from, i);
    if (is_copied(one, to, pairs, back)) continue;
    if (!back && !pairs.contains(one.file.path) && to.tag_at(one.file.path) != nullptr) {
      plan.foreign.push_back(std::move(one.file.path));
      continue;
    }
    plan.bytes += one.file.bytes;
    plan.copy.push_back(std::move(one));
  }
  for (const auto& file : to.listing.files)
    if (from.tag_at(file.path) == nullptr && pairs.contains(file.path)) plan.remove.push_back(file.path);
  std::ranges::stable_sort(plan.copy, std::greater<>(), [](const Listed& one) { return one.file.bytes; });
  return plan;
}

LateObjects plan_late(const Objects& from, const Objects& to, const Pairs& pairs, bool back) {
  LateObjects late;
  for (std::size_t i = 0; i < from.tags.size(); ++i) {
    auto one = listed_at(from, i);
    const auto* pair = pair_at(pairs, one.file.path);
    const bool was_copied = pair != nullptr && !pair->source.empty();
    if (was_copied && tag_from(*pair, back) == one.tag) continue;
    if (was_copied || to.tag_at(one.file.path) != nullptr) late.left.push_back(std::move(one.file.path));
    else late.bring.push_back(std::move(one));
  }
  return late;
}

}  // namespace divio::media
