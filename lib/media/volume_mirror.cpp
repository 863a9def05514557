#include "media/volume_mirror.hpp"

#include <fmt/format.h>

#include <atomic>
#include <future>

#include "media/access.hpp"
#include "media/tree_requests.hpp"
#include "support/try.hpp"

namespace divio::media {
namespace {

// As the program wants it.
std::string name_of(const std::string& path) { return path.empty() ? "." : "./" + path; }

std::vector<std::string> files_of(const Tree& tree) {
  std::vector<std::string> paths;
  for (const auto& entry : tree.entries)
    if (entry.type == 'f') paths.push_back(entry.path);
  return paths;
}

Result<Content> read_content(Conversation& conversation) {
  DIVIO_TRY(tree, read_tree(conversation));
  DIVIO_TRY(sums, read_sums(conversation, files_of(tree)));
  return Content{std::move(tree), std::move(sums)};
}

// Asks both at once. Whoever has answered is kept up until the other one has: a program that is asked nothing ends.
template <class Ask>
auto ask_both(Access& from, Access& to, const Ask& ask) {
  std::atomic<int> left{2};
  const auto ask_one = [&](Access& one) {
    auto answer = ask(one.main());
    std::jthread kept_up;
    if (answer && left > 1) kept_up = one.keep_up();
    --left;
    left.notify_all();
    for (int now = left; now > 0; now = left) left.wait(now);
    return answer;
  };
  auto there = std::async(std::launch::async, [&] { return ask_one(to); });
  auto here = ask_one(from);
  return std::pair(std::move(here), there.get());
}

struct Trees {
  Tree from;
  Tree to;
};

class VolumeMirror final : public Mirror {
 public:
  VolumeMirror(Volume from, Volume to) : from_(std::move(from)), to_(std::move(to)) {}

  Result<void> open() {
    auto there = std::async(std::launch::async, [&] { return Access::open(to_); });
    DIVIO_ASSIGN(source_, Access::open(from_));
    DIVIO_ASSIGN(target_, there.get());
    return {};
  }

  Result<Passed> pass(std::optional<std::int64_t> since_ns, const Moved& moved) override {
    DIVIO_TRY(trees, look());
    const auto plan = plan_mirror(trees.from, trees.to, since_ns);
    Passed passed{.entries = trees.from.entries.size(), .copied = plan.copy.size(), .removed = plan.remove.size(), .bytes = plan.bytes,
                  .from_ns = trees.from.at_ns, .to_ns = trees.to.at_ns};
    DIVIO_CHECK(carry_out(plan, moved));
    return passed;
  }

  Result<Checked> check(std::optional<std::int64_t> since_ns) override {
    auto both = ask_both(*source_, *target_, read_content);
    DIVIO_TRY(from, std::move(both.first));
    DIVIO_TRY(to, std::move(both.second));
    DIVIO_TRY(after, read_tree(source_->main()));
    return check_trees(still_files(from.tree, after), from.sums, {to.tree, to.sums}, since_ns);
  }

  Result<Late> bring_late(std::int64_t since_ns) override {
    DIVIO_TRY(trees, look());
    auto plan = plan_late(trees.from, trees.to, since_ns);
    DIVIO_CHECK(carry_out(plan.bring, {}));
    return Late{plan.bring.copy.size(), std::move(plan.left)};
  }

 private:
  Result<Trees> look() {
    auto both = ask_both(*source_, *target_, read_tree);
    DIVIO_TRY(from, std::move(both.first));
    DIVIO_TRY(to, std::move(both.second));
    return Trees{std::move(from), std::move(to)};
  }

  Result<void> carry_out(const MirrorPlan& plan, const Moved& moved);

  Volume from_;
  Volume to_;
  std::unique_ptr<Access> source_;
  std::unique_ptr<Access> target_;
};

// What the source packs is taken out at the target as it comes.
Result<void> VolumeMirror::carry_out(const MirrorPlan& plan, const Moved& moved) {
  if (plan.empty()) return {};
  auto& from = source_->main();
  auto& to = target_->main();
  std::vector<std::string> names;
  for (const auto& path : plan.remove) names.push_back(name_of(path));
  auto erased = in_requests(names, [&](const std::string& paths) { return to.say(fmt::format("erase {}\n", paths.size()), paths); });
  DIVIO_CHECK(erased);
  names.clear();
  for (const auto& entry : plan.copy) names.push_back(name_of(entry.path));
  std::uint64_t over = 0, told = 0;
  auto copied = in_requests(names, [&](const std::string& paths) -> Result<void> {
    DIVIO_CHECK(from.say(fmt::format("pack {}\n", paths.size()), paths));
    DIVIO_CHECK(to.say("unpack\n"));
    while (true) {
      DIVIO_TRY(frame, from.next());
      if (frame.kind != 'd') break;
      DIVIO_CHECK(to.say(fmt::format("part {}\n", frame.bytes.size()), frame.bytes));
      over += frame.bytes.size();
      if (moved && told < plan.bytes) moved(told = std::min(over, plan.bytes), plan.bytes);
    }
    DIVIO_CHECK(to.say("unpacked\n"));
    return to.expect('o').map([](const auto&) {});
  });
  DIVIO_CHECK(copied);
  DIVIO_CHECK(to.say("sync\n"));
  return to.expect('o').map([](const auto&) {});
}

}  // namespace

Result<std::unique_ptr<Mirror>> mirror_volume(Volume from, Volume to) {
  auto mirror = std::make_unique<VolumeMirror>(std::move(from), std::move(to));
  DIVIO_CHECK(mirror->open());
  return mirror;
}

}  // namespace divio::media
