// All that is in a volume, with whatever belongs to it, and how one volume becomes another. Pure.
//
// Folders, files, links and pipes, with owners, modes and times of change. Sockets are left out: a process makes them anew.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "divio/result.hpp"
#include "media/records.hpp"

namespace divio::media {

struct Entry {
  std::string path;  // bytes, relative, with '/'; empty: the volume's own folder
  char type = 'f';   // as find(1) has it: f, d, l, p, b, c
  std::uint64_t bytes = 0;
  std::int64_t changed_ns = 0;  // the time of change that a program can set (mtime), since 1970
  std::int64_t touched_ns = 0;  // when the kernel last saw it change (ctime), by its host's clock
  std::uint32_t owner = 0;
  std::uint32_t group = 0;
  std::string mode = {};  // octal digits
  std::string link = {};  // where a link leads

  friend bool operator==(const Entry&, const Entry&) = default;
};

struct Tree {
  std::vector<Entry> entries;  // by path
  std::int64_t at_ns = 0;      // when it was begun to be read, by its host's clock
};

// By how much a change may be later than the time that the kernel gives it, given one such time: kernels count in ticks, and some file
// systems in whole seconds or two.
[[nodiscard]] std::int64_t coarseness_of(std::int64_t touched_ns);

struct MirrorPlan {
  std::vector<Entry> copy;          // parents before what is in them
  std::vector<std::string> remove;  // what is in a folder before the folder; done before anything is copied
  std::uint64_t bytes = 0;          // of `copy`

  [[nodiscard]] bool empty() const { return copy.empty() && remove.empty(); }
};

// How `to` becomes as `from`. Files of the same size, time of change, mode and owner are taken for the same, but for those that
// were touched at `from` at `since_ns` or later: a program may write without anybody seeing it by the time of change.
[[nodiscard]] MirrorPlan plan_mirror(const Tree& from, const Tree& to, std::optional<std::int64_t> since_ns);

// Whether two entries of the same path are taken for the same. Of a folder the time of change is not looked at: whatever is
// put into it changes that.
[[nodiscard]] bool same_entry(const Entry& one, const Entry& other);

// What was touched at `from` at `since_ns` or later, when `to` is changed by its own programs already.
struct LatePlan {
  MirrorPlan bring;               // what `to` does not have; nothing is removed
  std::vector<std::string> left;  // paths of what is older there: nobody knows which of the two is meant
};
[[nodiscard]] LatePlan plan_late(const Tree& from, const Tree& to, std::int64_t since_ns);

// The entry of a path; null if there is none.
[[nodiscard]] const Entry* find(const Tree& tree, std::string_view path);

// Takes records out of the pieces that `tree` of the program answers with (agent_tree_program.hpp).
class TreeReader {
 public:
  [[nodiscard]] Result<void> feed(std::string_view bytes);
  // After the last piece; `at` is what it ended with. failed for a list that ends within a record.
  [[nodiscard]] Result<Tree> done(std::string_view at);

 private:
  [[nodiscard]] Result<void> add(std::string_view text);

  std::vector<Entry> entries_;
  std::optional<Entry> begun_;  // whose link is still to come
  Records records_;
};

}  // namespace divio::media
