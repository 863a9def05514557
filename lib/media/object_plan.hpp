// How the objects of one place become those of another one. Pure.
//
// What the move did not write itself it neither replaces nor removes where it leads to: that is somebody else's. On its
// way back it leads to where the files have been all along, so what serves replaces what is there.
#pragma once

#include <string>
#include <vector>

#include "media/objects.hpp"
#include "media/pairs.hpp"

namespace divio::media {

// An object as a list has it.
struct Listed {
  MediaFile file;
  std::string tag;

  friend bool operator==(const Listed&, const Listed&) = default;
};

struct ObjectPass {
  std::vector<Listed> copy;         // the largest first
  std::vector<std::string> remove;
  std::vector<std::string> foreign;  // keys of what should be copied, where somebody else has put something
  std::uint64_t bytes = 0;          // of `copy`
};

// `back`: from the move's target to its source.
[[nodiscard]] ObjectPass plan_pass(const Objects& from, const Objects& to, const Pairs& pairs, bool back);

// What was written in `from` since the last pass, while `to` is written by programs.
struct LateObjects {
  std::vector<Listed> bring;      // that `to` never had
  std::vector<std::string> left;  // that it had, or has
};
[[nodiscard]] LateObjects plan_late(const Objects& from, const Objects& to, const Pairs& pairs, bool back);

// Whether an object of `from` is what `to` has under its key.
[[nodiscard]] bool is_copied(const Listed& one, const Objects& to, const Pairs& pairs, bool back);

// An object that others are below of, as "a" is where there is "a/b": no folder holds both. Empty if there is none.
[[nodiscard]] std::string_view file_and_folder(const Objects& objects);

[[nodiscard]] Listed listed_at(const Objects& objects, std::size_t number);

}  // namespace divio::media
