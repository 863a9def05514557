#include "sources/git/selection.hpp"

#include <fmt/format.h>

#include "sources/git/branches.hpp"
#include "sources/utf8.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::sources {
namespace {

Failure no_commit(const std::string& name) {
  return fail(ErrorCode::not_found, fmt::format("the git repository of {} has no commit yet", name),
              "commit the files, or deploy them as they are with --worktree");
}

Failure unknown(std::string_view kind, const std::string& wanted, const Repository& repository,
                const std::string& name) {
  const auto branches = branch_names(repository);
  const auto similar = branches ? nearest(wanted, *branches) : std::nullopt;
  auto hint = similar ? fmt::format("did you mean '{}'?", *similar)
                      : std::string("fetch it with `git fetch`, or name another commit, tag or branch with --ref");
  return fail(ErrorCode::not_found, fmt::format("there is no {} '{}' in {}", kind, wanted, name), std::move(hint));
}

Result<std::string> subject_of(const Repository& repository, const git_oid& id) {
  CommitHandle commit;
  if (git().commit_lookup(Out(commit), repository.get(), &id) < 0) {
    return git_failure(ErrorCode::failed, fmt::format("commit {} cannot be read", to_hex(id)),
                       "in a shallow clone fetch it with `git fetch`");
  }
  const char* summary = git().commit_summary(commit.get());
  return valid_utf8(summary == nullptr ? "" : summary);
}

Result<Selected> selected(const Repository& repository, const git_oid& commit, std::string branch) {
  DIVIO_TRY(subject, subject_of(repository, commit));
  return Selected{commit, {to_hex(commit), std::move(branch), std::move(subject), false}, false};
}

Result<Selected> select_working_tree(const Repository& repository, const std::string& name) {
  if (repository.checkout_folder().empty()) {
    return fail(ErrorCode::invalid, fmt::format("{} is a bare git repository: it has no working tree", name),
                "name a commit, tag or branch with --ref");
  }
  DIVIO_TRY(head, read_head(repository));
  Selected chosen;
  if (head.commit) {
    DIVIO_ASSIGN(chosen, selected(repository, *head.commit, head.branch));
  }
  chosen.revision.branch = head.branch;
  chosen.revision.working_tree = true;
  return chosen;
}

Result<Selected> select_branch(const Repository& repository, const std::string& branch, const std::string& name) {
  DIVIO_TRY(head, read_head(repository));
  const bool checked_out = branch.empty() || branch == head.branch;
  if (checked_out && !head.commit) return no_commit(name);
  auto commit = checked_out ? head.commit : std::nullopt;
  if (!commit) {
    DIVIO_ASSIGN(commit, commit_of_branch(repository, branch));
  }
  if (!commit) return unknown("branch", branch, repository, name);
  DIVIO_TRY(chosen, selected(repository, *commit, checked_out ? head.branch : branch));
  chosen.checked_out = checked_out;
  return chosen;
}

// What `git rev-parse` makes of it: commits (also shortened), tags, branches here and at remotes, HEAD~2.
Result<Selected> select_reference(const Repository& repository, const std::string& wanted, const std::string& name) {
  ObjectHandle object;
  ReferenceHandle reference;
  const int code = git().revparse_ext(Out(object), Out(reference), repository.get(), wanted.c_str());
  if (code == GIT_EAMBIGUOUS) {
    return fail(ErrorCode::invalid, fmt::format("'{}' is the beginning of several commits of {}", wanted, name),
                "give more digits");
  }
  if (code < 0) {
    DIVIO_TRY(remote, commit_of_branch(repository, wanted));
    if (!remote) return unknown("commit, tag or branch", wanted, repository, name);
    return selected(repository, *remote, wanted);
  }
  ObjectHandle commit;
  if (git().object_peel(Out(commit), object.get(), GIT_OBJECT_COMMIT) < 0) {
    return fail(ErrorCode::invalid, fmt::format("'{}' is not a commit of {}", wanted, name),
                "name a commit, a tag or a branch");
  }
  auto branch = reference ? branch_of_reference(git().reference_name(reference.get())) : std::string{};
  return selected(repository, *git().object_id(commit.get()), std::move(branch));
}

}  // namespace

Result<Selected> select(const Repository& repository, const ports::SourceSelection& selection,
                        const std::string& name) {
  if (!selection.reference.empty() && selection.working_tree) {
    return fail(ErrorCode::invalid,
                fmt::format("both '{}' and the working tree of {} are asked for", selection.reference, name),
                "give either --ref or --worktree");
  }
  if (selection.working_tree) return select_working_tree(repository, name);
  if (!selection.reference.empty()) return select_reference(repository, selection.reference, name);
  return select_branch(repository, selection.branch, name);
}

}  // namespace divio::sources
