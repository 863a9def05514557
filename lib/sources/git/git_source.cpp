#include "sources/git/git_source.hpp"

#include <fmt/format.h>

#include <system_error>

#include "sources/context.hpp"
#include "sources/disk.hpp"
#include "sources/git/branches.hpp"
#include "sources/git/commit_files.hpp"
#include "sources/git/selection.hpp"
#include "sources/git/working_tree.hpp"
#include "sources/path.hpp"
#include "sources/utf8.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::sources {
namespace {

namespace fs = std::filesystem;

Failure dirty(std::vector<std::string> paths, const std::string& name) {
  constexpr std::size_t shown = 5;
  const auto more = paths.size() > shown ? paths.size() - shown : 0;
  paths.resize(paths.size() - more);
  auto names = valid_utf8(join(paths, ", "));
  if (more > 0) names += fmt::format(" and {} more", more);
  return fail(ErrorCode::refused, fmt::format("{} has changes that are not committed: {}", name, names),
              "commit them, or deploy them as they are with --worktree");
}

class GitSource final : public ports::Source {
 public:
  GitSource(std::shared_ptr<Repository> repository, std::string folder, std::string name)
      : repository_(std::move(repository)), folder_(std::move(folder)), name_(std::move(name)) {}

  Result<model::Revision> resolve(const ports::SourceSelection& selection) override {
    DIVIO_TRY(selected, select_clean(selection));
    return selected.revision;
  }

  Result<ports::BuildContext> context(const ports::SourceSelection& selection) override {
    DIVIO_TRY(selected, select_clean(selection));
    DIVIO_TRY(codebase, codebase_of(selected));
    return make_context(codebase, selection.dockerfile);
  }

  // Reading one file does not mind a dirty tree: `divioctl status` needs divio.yaml then too.
  Result<std::optional<std::string>> file(const ports::SourceSelection& selection, const std::string& path) override {
    DIVIO_TRY(selected, select(*repository_, selection, name_));
    DIVIO_TRY(inside, path_inside(path));
    if (selected.revision.working_tree) return read_whole(checkout() / inside);
    return read_from_commit({repository_, selected.commit, folder_}, inside);
  }

  Result<std::vector<std::string>> branches() override { return branch_names(*repository_); }

 private:
  [[nodiscard]] fs::path checkout() const { return repository_->checkout_folder() / folder_; }

  Result<Selected> select_clean(const ports::SourceSelection& selection) const {
    DIVIO_TRY(selected, select(*repository_, selection, name_));
    if (!selected.checked_out || repository_->checkout_folder().empty()) return selected;
    DIVIO_TRY(paths, uncommitted(*repository_, folder_));
    if (!paths.empty()) return dirty(std::move(paths), name_);
    return selected;
  }

  Result<Codebase> codebase_of(const Selected& selected) const {
    return selected.revision.working_tree ? working_tree(selected) : commit(selected);
  }

  Result<Codebase> working_tree(const Selected& selected) const {
    Codebase codebase{name_, selected.revision, {}, {}, {}};
    codebase.read = [this](const std::string& path) { return read_whole(checkout() / path); };
    codebase.names = [this](const std::string& folder) { return file_names(checkout() / folder); };
    codebase.list = [this](const IgnoreRules& rules) { return list_working_tree(*repository_, folder_, rules); };
    return codebase;
  }

  Result<Codebase> commit(const Selected& selected) const {
    const CommitFolder where{repository_, selected.commit, folder_};
    DIVIO_TRY(there, exists(where));
    if (!there) {
      return fail(
          ErrorCode::not_found,
          fmt::format("there is no folder {} in {}", folder_, describe(selected.revision, "the git repository")),
          "commit it, or deploy the files as they are with --worktree");
    }
    Codebase codebase{name_, selected.revision, {}, {}, {}};
    codebase.read = [where](const std::string& path) { return read_from_commit(where, path); };
    codebase.names = [where](const std::string& folder) { return names_in_commit(where, folder); };
    codebase.list = [where](const IgnoreRules& rules) { return list_commit(where, rules); };
    return codebase;
  }

  std::shared_ptr<Repository> repository_;
  std::string folder_;  // the project's, from the top of the repository; "" for all of it
  std::string name_;
};

}  // namespace

Result<std::unique_ptr<ports::Source>> open_git(std::shared_ptr<Repository> repository, const fs::path& project) {
  std::string folder;
  const auto checkout = repository->checkout_folder();
  if (!checkout.empty()) {
    std::error_code error;
    const auto top = fs::canonical(checkout, error);
    if (error) return cannot_read(checkout, error.value());
    const auto relative = clean_path(project.lexically_relative(top).string());
    if (relative != "." && !is_inside(relative)) {
      return fail(ErrorCode::invalid, fmt::format("{} is not inside the checkout {}", project.string(), top.string()),
                  "name the project's folder with -C");
    }
    if (relative != ".") folder = relative;
  }
  return std::make_unique<GitSource>(std::move(repository), std::move(folder), project.filename().string());
}

}  // namespace divio::sources
