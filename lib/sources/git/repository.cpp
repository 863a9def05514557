#include "sources/git/repository.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "support/try.hpp"

namespace divio::sources {
namespace {

std::string_view bytes_of(const OdbObjectHandle& object) {
  return {static_cast<const char*>(git().odb_object_data(object.get())), git().odb_object_size(object.get())};
}

Failure unreadable(const std::string& path) {
  return git_failure(ErrorCode::failed, fmt::format("git cannot read {}", path),
                     "in a partial clone fetch the missing objects with `git checkout`, otherwise see `git fsck`");
}

std::shared_ptr<Repository> or_null(Result<std::shared_ptr<Repository>> opened) {
  return opened ? std::move(*opened) : nullptr;
}

}  // namespace

Result<std::shared_ptr<Repository>> Repository::own(RepositoryHandle repository) {
  auto owned = std::make_shared<Repository>();
  if (git().repository_odb(Out(owned->objects_), repository.get()) < 0) {
    return git_failure(ErrorCode::failed, "the objects of the git repository cannot be read");
  }
  owned->repository_ = std::move(repository);
  return owned;
}

Result<std::shared_ptr<Repository>> Repository::discover(const std::filesystem::path& directory) {
  RepositoryHandle repository;
  const int code =
      git().repository_open_ext(Out(repository), directory.c_str(), 0, std::getenv("GIT_CEILING_DIRECTORIES"));
  if (code == GIT_ENOTFOUND) return nullptr;
  if (code < 0) {
    return git_failure(ErrorCode::failed, fmt::format("the git repository of {} cannot be opened", directory.string()),
                       "check it with `git status`; repositories with SHA-256 ids are not supported");
  }
  return own(std::move(repository));
}

std::shared_ptr<Repository> Repository::open_checkout(const std::filesystem::path& directory) {
  RepositoryHandle repository;
  const int code =
      git().repository_open_ext(Out(repository), directory.c_str(), GIT_REPOSITORY_OPEN_NO_SEARCH, nullptr);
  return code < 0 ? nullptr : or_null(own(std::move(repository)));
}

std::shared_ptr<Repository> Repository::open_bare(const std::filesystem::path& directory) {
  RepositoryHandle repository;
  const int code = git().repository_open_bare(Out(repository), directory.c_str());
  return code < 0 ? nullptr : or_null(own(std::move(repository)));
}

std::filesystem::path Repository::folder() const {
  return git().repository_path(get());
}

std::filesystem::path Repository::common_folder() const {
  return git().repository_commondir(get());
}

std::filesystem::path Repository::checkout_folder() const {
  const char* folder = git().repository_workdir(get());
  return folder == nullptr ? std::filesystem::path{} : std::filesystem::path(folder);
}

bool Repository::has(const git_oid& id) const {
  return git().odb_exists(objects(), &id) == 1;
}

Result<TreeHandle> Repository::tree_of_commit(const git_oid& id) const {
  CommitHandle commit;
  TreeHandle tree;
  int code = git().commit_lookup(Out(commit), get(), &id);
  if (code == 0) code = git().commit_tree(Out(tree), commit.get());
  if (code < 0) return unreadable("commit " + to_hex(id));
  return tree;
}

Result<TreeHandle> Repository::tree(const git_oid& id) const {
  TreeHandle tree;
  if (git().tree_lookup(Out(tree), get(), &id) < 0) return unreadable("folder " + to_hex(id));
  return tree;
}

Result<std::uint64_t> Repository::blob_size(const git_oid& id, const std::string& path) const {
  std::size_t size = 0;
  git_object_t type = GIT_OBJECT_INVALID;
  if (git().odb_read_header(&size, &type, objects(), &id) < 0) return unreadable(path);
  return size;
}

Result<OdbObjectHandle> Repository::read(const git_oid& id, const std::string& path) const {
  OdbObjectHandle object;
  if (git().odb_read(Out(object), objects(), &id) < 0) return unreadable(path);
  return object;
}

Result<std::string> Repository::blob(const git_oid& id, const std::string& path) const {
  DIVIO_TRY(object, read(id, path));
  return std::string(bytes_of(object));
}

Result<void> Repository::write_blob(const git_oid& id, const std::string& path, const ports::ByteSink& sink) const {
  constexpr std::size_t piece = std::size_t{256} * 1024;
  DIVIO_TRY(object, read(id, path));
  for (auto rest = bytes_of(object); !rest.empty(); rest.remove_prefix(std::min(piece, rest.size()))) {
    DIVIO_CHECK(sink(rest.substr(0, piece)));
  }
  return {};
}

}  // namespace divio::sources
