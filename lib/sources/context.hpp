// From one state of a codebase to a build context: what a git commit, a working tree and a plain folder share.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "divio/result.hpp"
#include "model/release.hpp"
#include "ports/source.hpp"
#include "sources/entry.hpp"
#include "sources/ignore_rules.hpp"

namespace divio::sources {

// One state of a codebase, as questions that can be asked of it.
struct Codebase {
  std::string name;  // of the project's folder, for errors
  model::Revision revision;
  std::function<Result<std::optional<std::string>>(const std::string& path)> read;   // one file
  std::function<Result<std::vector<std::string>>(const std::string& folder)> names;  // what a folder holds
  std::function<Result<Listing>(const IgnoreRules& rules)> list;                     // all that remains
};

// The context with the ignore file applied. `dockerfile` is as in ports::SourceSelection. not_found if there is none,
// invalid if it lies outside the project or the ignore file is malformed.
[[nodiscard]] Result<ports::BuildContext> make_context(const Codebase& codebase, const std::string& dockerfile);

// "branch main of shop", "commit 3f2a1b9 of shop", "the working tree of shop". Pure.
[[nodiscard]] std::string describe(const model::Revision& revision, const std::string& name);

// What the user should know about a listing of entries with `bytes` in all: Git LFS contents and submodules that are
// not there, special files, a context of `large` bytes or more with its three biggest parts. Pure.
[[nodiscard]] std::vector<std::string> warnings_about(const Listing& listing, std::uint64_t large);

}  // namespace divio::sources
