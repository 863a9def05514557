#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "sources/disk_entry.hpp"
#include "sources/git/commit_files.hpp"
#include "sources/git/submodules.hpp"
#include "sources/lfs.hpp"
#include "sources/path.hpp"
#include "sources/sieve.hpp"
#include "support/try.hpp"

namespace divio::sources {
namespace {

// A commit that is being walked: the project's own, or a submodule's.
struct Walked {
  std::shared_ptr<Repository> repository;
  git_oid commit{};
  std::string mount;  // where the top of the commit's tree lies in the context; of the project "", see below
  std::map<std::string, std::string> submodules;  // path -> name
};

class CommitWalk {
 public:
  CommitWalk(std::string folder, const IgnoreRules& rules) : folder_(std::move(folder)), sieve_(rules) {}

  Result<Listing> run(const CommitFolder& where) {
    DIVIO_TRY(walked, walk_of(where.repository, where.commit));
    DIVIO_TRY(top, walked.repository->tree_of_commit(where.commit));
    if (folder_.empty()) {
      DIVIO_CHECK(visit(walked, top.get(), ""));
    } else {
      TreeEntryHandle entry;
      if (git().tree_entry_bypath(Out(entry), top.get(), folder_.c_str()) < 0) return std::move(listing_);
      DIVIO_TRY(tree, walked.repository->tree(*git().tree_entry_id(entry.get())));
      DIVIO_CHECK(visit(walked, tree.get(), folder_));
    }
    auto folders = sieve_.folders();
    std::ranges::move(folders, std::back_inserter(listing_.entries));
    return std::move(listing_);
  }

 private:
  // Paths in the walk are from the top of the outermost repository; those of the context begin below the project.
  [[nodiscard]] std::string in_context(const std::string& path) const {
    return folder_.empty() ? path : path.substr(folder_.size() + 1);
  }

  static Result<Walked> walk_of(std::shared_ptr<Repository> repository, const git_oid& commit, std::string mount = {}) {
    DIVIO_TRY(text, read_from_commit({repository, commit, {}}, ".gitmodules"));
    return Walked{std::move(repository), commit, std::move(mount), parse_gitmodules(text.value_or(""))};
  }

  Result<void> visit(const Walked& walked, const git_tree* tree, const std::string& folder) {
    for (std::size_t n = 0; n < git().tree_entrycount(tree); ++n) {
      const auto* entry = git().tree_entry_byindex(tree, n);
      DIVIO_CHECK(meet(walked, entry, join_path(folder, git().tree_entry_name(entry))));
    }
    return {};
  }

  Result<void> meet(const Walked& walked, const git_tree_entry* entry, const std::string& path) {
    const auto& id = *git().tree_entry_id(entry);
    switch (git().tree_entry_filemode(entry)) {
      case GIT_FILEMODE_TREE: {
        if (sieve_.skips(in_context(path))) return {};
        DIVIO_TRY(tree, walked.repository->tree(id));
        return visit(walked, tree.get(), path);
      }
      case GIT_FILEMODE_COMMIT:
        return meet_submodule(walked, id, path);
      case GIT_FILEMODE_LINK:
        return meet_file(walked, id, path, EntryKind::link);
      case GIT_FILEMODE_BLOB_EXECUTABLE:
        return meet_file(walked, id, path, EntryKind::executable);
      default:
        return meet_file(walked, id, path, EntryKind::file);
    }
  }

  Result<void> meet_file(const Walked& walked, const git_oid& id, const std::string& path, EntryKind kind) {
    Entry entry{.path = in_context(path), .kind = kind};
    if (!sieve_.keeps_file(entry.path)) return {};
    const auto& repository = walked.repository;
    if (kind == EntryKind::link) {
      DIVIO_ASSIGN(entry.target, repository->blob(id, path));
    } else {
      DIVIO_ASSIGN(entry.bytes, repository->blob_size(id, path));
      entry.content = [repository, id, path](const ports::ByteSink& sink) {
        return repository->write_blob(id, path, sink);
      };
      if (may_be_lfs_pointer(entry.bytes)) {
        DIVIO_TRY(text, repository->blob(id, path));
        DIVIO_CHECK(follow_lfs_pointer(entry, text, repository->lfs_store(), listing_));
      }
    }
    if (entry.id.empty()) entry.id = to_hex(id);
    listing_.entries.push_back(std::move(entry));
    return {};
  }

  Result<void> meet_submodule(const Walked& outer, const git_oid& commit, const std::string& path) {
    if (sieve_.skips(in_context(path))) return {};
    const auto in_outer = outer.mount.empty() ? path : path.substr(outer.mount.size() + 1);
    const auto name = outer.submodules.find(in_outer);
    auto repository = find_submodule(*outer.repository, in_outer,
                                     name == outer.submodules.end() ? std::string{} : name->second, commit);
    if (!repository) {
      if (sieve_.keeps_folder(in_context(path))) listing_.missing_submodules.push_back(in_context(path));
      return {};
    }
    DIVIO_TRY(walked, walk_of(std::move(repository), commit, path));
    DIVIO_TRY(tree, walked.repository->tree_of_commit(commit));
    return visit(walked, tree.get(), path);
  }

  std::string folder_;
  Sieve sieve_;
  Listing listing_;
};

}  // namespace

Result<Listing> list_commit(const CommitFolder& where, const IgnoreRules& rules) {
  return CommitWalk(where.folder, rules).run(where);
}

}  // namespace divio::sources
