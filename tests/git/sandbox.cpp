#include "git/sandbox.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "sources/source.hpp"
#include "support/text.hpp"

// libgit2 1.5 forgets a buffer of its regular expressions when it looks for submodules; a leak in our code is still
// told.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libpcre2-8.so";
}

namespace divio::tests {

namespace fs = std::filesystem;

Sandbox::Sandbox() {
  auto name = (fs::temp_directory_path() / "divio-sources-XXXXXX").string();
  REQUIRE(mkdtemp(name.data()) != nullptr);
  folder_ = name;
}

Sandbox::~Sandbox() {
  // rm goes down by itself where a path would be too long.
  [[maybe_unused]] const int removed = std::system(("rm -rf " + shell_quote(folder_.string())).c_str());
}

void Sandbox::write(std::string_view path, std::string_view text) const {
  fs::create_directories((folder_ / path).parent_path());
  std::ofstream file(folder_ / path, std::ios::binary);
  file << text;
  REQUIRE(file.flush().good());
}

std::string Sandbox::run(std::string_view folder, const std::string& command) const {
  const auto line =
      "cd " + shell_quote((folder_ / folder).string()) +
      " && export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b"
      " GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b GIT_AUTHOR_DATE='2024-01-02T03:04:05Z'"
      " GIT_COMMITTER_DATE='2024-01-02T03:04:05Z' && { " +
      command + "\n} 2>&1";
  FILE* pipe = popen(line.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string output;
  std::array<char, 4096> piece{};
  while (const auto got = fread(piece.data(), 1, piece.size(), pipe)) output.append(piece.data(), got);
  const int status = pclose(pipe);
  REQUIRE_MESSAGE((WIFEXITED(status) && WEXITSTATUS(status) == 0), command << "\n" << output);
  return std::string(trim(output));
}

void Sandbox::repository(std::string_view folder, const std::map<std::string, std::string>& files) const {
  fs::create_directories(folder_ / folder);
  for (const auto& [path, text] : files) write(std::string(folder) + "/" + path, text);
  run(folder, "git init -q -b main . && git add -A -f && git commit -q --allow-empty -m 'first'");
}

std::unique_ptr<ports::Source> open(const fs::path& folder) {
  auto source = sources::open_source(folder);
  REQUIRE_MESSAGE(source.has_value(), source.error().message);
  return std::move(*source);
}

ports::BuildContext context_of(const fs::path& folder, const ports::SourceSelection& selection) {
  auto context = open(folder)->context(selection);
  REQUIRE_MESSAGE(context.has_value(), context.error().message);
  return std::move(*context);
}

ports::SourceSelection working_tree() {
  return {.reference = {}, .branch = {}, .working_tree = true};
}
ports::SourceSelection reference(std::string name) {
  return {.reference = std::move(name), .branch = {}};
}
ports::SourceSelection branch(std::string name) {
  return {.reference = {}, .branch = std::move(name)};
}

std::string archive_of(const ports::BuildContext& context) {
  std::string archive;
  const auto written = context.write([&](std::string_view bytes) {
    archive += bytes;
    return Result<void>{};
  });
  REQUIRE_MESSAGE(written.has_value(), written.error().message);
  return archive;
}

std::map<std::string, std::string> unpacked(const std::string& archive) {
  const Sandbox sandbox;
  sandbox.write("archive.tar", archive);
  sandbox.run("", "mkdir out && tar -C out -xf archive.tar --warning=no-unknown-keyword --no-same-owner -p");
  std::map<std::string, std::string> found;
  for (const auto& file : fs::recursive_directory_iterator(sandbox / "out")) {
    const auto path = file.path().lexically_relative(sandbox / "out").string();
    const auto status = file.symlink_status();
    if (fs::is_symlink(status)) {
      found[path] = "link " + fs::read_symlink(file.path()).string();
    } else if (fs::is_directory(status)) {
      found[path] = "folder";
    } else {
      std::ostringstream text;
      text << std::ifstream(file.path(), std::ios::binary).rdbuf();
      const bool executable = (status.permissions() & fs::perms::owner_exec) != fs::perms::none;
      found[path] = (executable ? "executable " : "file ") + text.str();
    }
  }
  return found;
}

std::vector<std::string> files_in(const ports::BuildContext& context) {
  std::vector<std::string> paths;
  for (const auto& [path, what] : unpacked(archive_of(context))) {
    if (what != "folder") paths.push_back(path);
  }
  return paths;
}

}  // namespace divio::tests
