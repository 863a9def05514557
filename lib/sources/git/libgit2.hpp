// libgit2, loaded when the first codebase is opened: most commands never touch one. Only its headers are compiled
// against; the library is found by its SONAME while the program runs.
#pragma once

#include <git2.h>

#include <memory>
#include <string>
#include <string_view>

#include "divio/result.hpp"

namespace divio::sources {

// The functions of libgit2 that are used, by their names without "git_".
#define DIVIO_LIBGIT2_FUNCTIONS(X)                                                                                     \
  X(attr_get)                                                                                                          \
  X(branch_iterator_free) X(branch_iterator_new) X(branch_name) X(branch_next) X(commit_free) X(commit_lookup)         \
      X(commit_summary) X(commit_tree) X(error_last) X(libgit2_init) X(libgit2_opts) X(object_free) X(object_id)       \
          X(object_peel) X(odb_exists) X(odb_free) X(odb_hash) X(odb_hashfile) X(odb_object_data) X(odb_object_free)   \
              X(odb_object_size) X(odb_read) X(odb_read_header) X(oid_fmt) X(oid_fromstr) X(reference_free)            \
                  X(reference_lookup) X(reference_name) X(reference_peel) X(reference_symbolic_target)                 \
                      X(repository_commondir) X(repository_free) X(repository_is_bare) X(repository_odb)               \
                          X(repository_open_bare) X(repository_open_ext) X(repository_path) X(repository_workdir)      \
                              X(revparse_ext) X(status_byindex) X(status_list_entrycount) X(status_list_free)          \
                                  X(status_list_new) X(tree_entry_byindex) X(tree_entry_bypath) X(tree_entry_filemode) \
                                      X(tree_entry_free) X(tree_entry_id) X(tree_entry_name) X(tree_entrycount)        \
                                          X(tree_free) X(tree_lookup)

struct Libgit2 {
#define DIVIO_DECLARE(name) decltype(&git_##name) name = nullptr;  // NOLINT(bugprone-macro-parentheses)
  DIVIO_LIBGIT2_FUNCTIONS(DIVIO_DECLARE)
#undef DIVIO_DECLARE
};

// Loads and initialises the library once; failed if it is not installed. Safe from several threads.
[[nodiscard]] Result<void> load_libgit2();

// The loaded functions. Only after load_libgit2() succeeded.
[[nodiscard]] const Libgit2& git() noexcept;

// "SENTENCE: what libgit2 says of the last failure in this thread".
[[nodiscard]] Failure git_failure(ErrorCode code, std::string_view sentence, std::string hint = {});

template <auto Free>
struct GitRelease {
  template <class T>
  void operator()(T* object) const noexcept {
    (git().*Free)(object);
  }
};

using RepositoryHandle = std::unique_ptr<git_repository, GitRelease<&Libgit2::repository_free>>;
using OdbHandle = std::unique_ptr<git_odb, GitRelease<&Libgit2::odb_free>>;
using OdbObjectHandle = std::unique_ptr<git_odb_object, GitRelease<&Libgit2::odb_object_free>>;
using ObjectHandle = std::unique_ptr<git_object, GitRelease<&Libgit2::object_free>>;
using CommitHandle = std::unique_ptr<git_commit, GitRelease<&Libgit2::commit_free>>;
using TreeHandle = std::unique_ptr<git_tree, GitRelease<&Libgit2::tree_free>>;
using TreeEntryHandle = std::unique_ptr<git_tree_entry, GitRelease<&Libgit2::tree_entry_free>>;
using ReferenceHandle = std::unique_ptr<git_reference, GitRelease<&Libgit2::reference_free>>;
using BranchIteratorHandle = std::unique_ptr<git_branch_iterator, GitRelease<&Libgit2::branch_iterator_free>>;
using StatusListHandle = std::unique_ptr<git_status_list, GitRelease<&Libgit2::status_list_free>>;

// Lets a function of libgit2 fill a handle: `git().commit_lookup(Out(commit), ...)`. The handle is filled at the end of
// the whole expression, so use it in the next one.
template <class Handle>
class Out {
 public:
  explicit Out(Handle& handle) : handle_(&handle) {}
  Out(const Out&) = delete;
  Out& operator=(const Out&) = delete;
  ~Out() { handle_->reset(raw_); }
  operator typename Handle::pointer *() noexcept { return &raw_; }  // NOLINT(google-explicit-constructor)

 private:
  Handle* handle_;
  typename Handle::pointer raw_ = nullptr;
};

[[nodiscard]] std::string to_hex(const git_oid& id);

}  // namespace divio::sources
