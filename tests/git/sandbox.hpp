// Real folders and git repositories for tests, made with the git command line.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ports/source.hpp"

namespace divio::tests {

// A temporary folder, removed at the end; outside any repository.
class Sandbox {
 public:
  Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;
  ~Sandbox();

  [[nodiscard]] std::filesystem::path operator/(std::string_view path) const { return folder_ / path; }

  // Writes a file with its folders.
  void write(std::string_view path, std::string_view text) const;

  // Runs a shell command in a folder of the sandbox, with a git that sees no settings of this machine; its output. The
  // test fails with the command and what it said if it does not succeed.
  std::string run(std::string_view folder, const std::string& command) const;

  // `git init` with `files` in one commit on branch main.
  void repository(std::string_view folder, const std::map<std::string, std::string>& files) const;

 private:
  std::filesystem::path folder_;
};

[[nodiscard]] std::unique_ptr<ports::Source> open(const std::filesystem::path& folder);
[[nodiscard]] ports::BuildContext context_of(const std::filesystem::path& folder,
                                             const ports::SourceSelection& selection = {});
[[nodiscard]] ports::SourceSelection working_tree();
[[nodiscard]] ports::SourceSelection reference(std::string name);
[[nodiscard]] ports::SourceSelection branch(std::string name);

// The archive of a context.
[[nodiscard]] std::string archive_of(const ports::BuildContext& context);

// What GNU tar unpacks from it: path -> "file TEXT", "executable TEXT", "link TARGET" or "folder".
[[nodiscard]] std::map<std::string, std::string> unpacked(const std::string& archive);

// The paths of the files and links among them, without the folders.
[[nodiscard]] std::vector<std::string> files_in(const ports::BuildContext& context);

}  // namespace divio::tests
