#include "sources/git/branches.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "support/try.hpp"

namespace divio::sources {
namespace {

constexpr std::string_view local_prefix = "refs/heads/";
constexpr std::string_view remote_prefix = "refs/remotes/";

Result<std::vector<std::string>> full_names(const Repository& repository) {
  BranchIteratorHandle branches;
  if (git().branch_iterator_new(Out(branches), repository.get(), GIT_BRANCH_ALL) < 0) {
    return git_failure(ErrorCode::failed, "the branches cannot be listed");
  }
  std::vector<std::string> names;
  while (true) {
    ReferenceHandle branch;
    git_branch_t kind = GIT_BRANCH_LOCAL;
    const int code = git().branch_next(Out(branch), &kind, branches.get());
    if (code == GIT_ITEROVER) return names;
    if (code < 0) return git_failure(ErrorCode::failed, "the branches cannot be listed");
    names.emplace_back(git().reference_name(branch.get()));
  }
}

Result<ReferenceHandle> look_up(const Repository& repository, const std::string& name) {
  ReferenceHandle reference;
  const int code = git().reference_lookup(Out(reference), repository.get(), name.c_str());
  // A name that no branch can have is simply not there.
  if (code == GIT_ENOTFOUND || code == GIT_EINVALIDSPEC) return nullptr;
  if (code < 0) return git_failure(ErrorCode::failed, fmt::format("{} cannot be read", name));
  return reference;
}

}  // namespace

Result<std::optional<git_oid>> commit_of_reference(const Repository& repository, const std::string& name) {
  DIVIO_TRY(reference, look_up(repository, name));
  if (!reference) return std::nullopt;
  ObjectHandle commit;
  const int code = git().reference_peel(Out(commit), reference.get(), GIT_OBJECT_COMMIT);
  if (code == GIT_ENOTFOUND) return std::nullopt;
  if (code < 0) return git_failure(ErrorCode::failed, fmt::format("{} does not lead to a commit", name));
  return *git().object_id(commit.get());
}

Result<Head> read_head(const Repository& repository) {
  DIVIO_TRY(reference, look_up(repository, "HEAD"));
  Head head;
  if (!reference) return head;
  const char* target = git().reference_symbolic_target(reference.get());
  if (target != nullptr && std::string_view(target).starts_with(local_prefix)) {
    head.branch = target + local_prefix.size();
  }
  DIVIO_ASSIGN(head.commit, commit_of_reference(repository, "HEAD"));
  return head;
}

Result<std::optional<git_oid>> commit_of_branch(const Repository& repository, const std::string& branch) {
  for (const auto& name : {fmt::format("{}{}", local_prefix, branch), fmt::format("{}{}", remote_prefix, branch),
                           fmt::format("{}origin/{}", remote_prefix, branch)}) {
    DIVIO_TRY(commit, commit_of_reference(repository, name));
    if (commit) return commit;
  }
  DIVIO_TRY(names, full_names(repository));
  std::erase_if(
      names, [&](const auto& name) { return !name.starts_with(remote_prefix) || branch_of_reference(name) != branch; });
  if (names.size() != 1) return std::nullopt;
  return commit_of_reference(repository, names.front());
}

Result<std::vector<std::string>> branch_names(const Repository& repository) {
  DIVIO_TRY(names, full_names(repository));
  for (auto& name : names) name = branch_of_reference(name);
  std::erase_if(names, [](const auto& name) { return name.empty() || name == "HEAD"; });
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::string branch_of_reference(const std::string& name) {
  if (name.starts_with(local_prefix)) return name.substr(local_prefix.size());
  if (!name.starts_with(remote_prefix)) return {};
  const auto slash = name.find('/', remote_prefix.size());
  return slash == std::string::npos ? std::string{} : name.substr(slash + 1);
}

}  // namespace divio::sources
