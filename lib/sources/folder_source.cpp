#include "sources/folder_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <system_error>

#include "sources/context.hpp"
#include "sources/disk_entry.hpp"
#include "sources/path.hpp"
#include "sources/sieve.hpp"
#include "support/try.hpp"

namespace divio::sources {
namespace {

namespace fs = std::filesystem;

// Lists a folder and those below it; where a folder cannot be read the whole context would lack files, so that is an
// error.
class FolderWalk {
 public:
  FolderWalk(const fs::path& top, const IgnoreRules& rules) : top_(&top), sieve_(rules) {}

  Result<Listing> run() {
    DIVIO_CHECK(visit(""));
    auto folders = sieve_.folders();
    std::ranges::move(folders, std::back_inserter(listing_.entries));
    return std::move(listing_);
  }

 private:
  Result<void> visit(const std::string& folder) {
    std::error_code error;
    fs::directory_iterator files(*top_ / folder, error);
    if (error) return cannot_read(*top_ / folder, error.value());
    while (files != fs::directory_iterator{}) {
      DIVIO_CHECK(meet(*files, join_path(folder, files->path().filename().string())));
      files.increment(error);
      if (error) return cannot_read(*top_ / folder, error.value());
    }
    return {};
  }

  Result<void> meet(const fs::directory_entry& file, const std::string& path) {
    if (file.path().filename() == ".git") return {};
    std::error_code error;
    if (file.symlink_status(error).type() == fs::file_type::directory) {
      return sieve_.skips(path) ? Result<void>{} : visit(path);
    }
    if (!sieve_.keeps_file(path)) return {};
    return add_disk_file({.path = path, .place = file.path()}, listing_);
  }

  const fs::path* top_;
  Sieve sieve_;
  Listing listing_;
};

class FolderSource final : public ports::Source {
 public:
  explicit FolderSource(fs::path folder) : folder_(std::move(folder)) {}

  Result<model::Revision> resolve(const ports::SourceSelection& selection) override {
    if (!selection.reference.empty()) {
      return fail(ErrorCode::invalid,
                  fmt::format("'{}' cannot be looked up: {} is not in a git repository", selection.reference, name()),
                  "leave out --ref to deploy the folder as it is, or make it a repository with `git init`");
    }
    model::Revision revision;
    revision.working_tree = true;
    return revision;
  }

  Result<ports::BuildContext> context(const ports::SourceSelection& selection) override {
    DIVIO_TRY(revision, resolve(selection));
    Codebase codebase;
    codebase.name = name();
    codebase.revision = std::move(revision);
    codebase.read = [this](const std::string& path) { return read_whole(folder_ / path); };
    codebase.names = [this](const std::string& folder) { return file_names(folder_ / folder); };
    codebase.list = [this](const IgnoreRules& rules) { return FolderWalk(folder_, rules).run(); };
    return make_context(codebase, selection.dockerfile);
  }

  Result<std::optional<std::string>> file(const ports::SourceSelection& selection, const std::string& path) override {
    DIVIO_CHECK(resolve(selection));
    DIVIO_TRY(inside, path_inside(path));
    return read_whole(folder_ / inside);
  }

  Result<std::vector<std::string>> branches() override { return std::vector<std::string>{}; }

 private:
  [[nodiscard]] std::string name() const { return folder_.filename().string(); }

  fs::path folder_;
};

}  // namespace

std::unique_ptr<ports::Source> open_folder(const fs::path& folder) {
  return std::make_unique<FolderSource>(folder);
}

}  // namespace divio::sources
