// One git repository: opening it and reading its objects.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "divio/result.hpp"
#include "ports/streams.hpp"
#include "sources/git/libgit2.hpp"

namespace divio::sources {

// Shared by the entries whose content it holds. One thread at a time.
class Repository {
 public:
  // The repository that `directory` is in, looking upwards as git does (GIT_CEILING_DIRECTORIES included); null if it
  // is in none.
  [[nodiscard]] static Result<std::shared_ptr<Repository>> discover(const std::filesystem::path& directory);

  // The repository checked out exactly at `directory`, or the bare one there; null if there is none.
  [[nodiscard]] static std::shared_ptr<Repository> open_checkout(const std::filesystem::path& directory);
  [[nodiscard]] static std::shared_ptr<Repository> open_bare(const std::filesystem::path& directory);

  [[nodiscard]] git_repository* get() const noexcept { return repository_.get(); }
  [[nodiscard]] git_odb* objects() const noexcept { return objects_.get(); }

  [[nodiscard]] std::filesystem::path folder() const;           // .git; of a linked worktree its own part
  [[nodiscard]] std::filesystem::path common_folder() const;    // .git, shared by linked worktrees
  [[nodiscard]] std::filesystem::path checkout_folder() const;  // empty for a bare repository
  [[nodiscard]] std::filesystem::path lfs_store() const { return common_folder() / "lfs"; }

  [[nodiscard]] bool has(const git_oid& id) const;
  [[nodiscard]] Result<TreeHandle> tree_of_commit(const git_oid& commit) const;
  [[nodiscard]] Result<TreeHandle> tree(const git_oid& id) const;

  // `path` names the blob in errors.
  [[nodiscard]] Result<std::uint64_t> blob_size(const git_oid& id, const std::string& path) const;
  [[nodiscard]] Result<std::string> blob(const git_oid& id, const std::string& path) const;
  [[nodiscard]] Result<void> write_blob(const git_oid& id, const std::string& path, const ports::ByteSink& sink) const;

 private:
  [[nodiscard]] static Result<std::shared_ptr<Repository>> own(RepositoryHandle repository);
  [[nodiscard]] Result<OdbObjectHandle> read(const git_oid& id, const std::string& path) const;

  RepositoryHandle repository_;
  OdbHandle objects_;
};

}  // namespace divio::sources
