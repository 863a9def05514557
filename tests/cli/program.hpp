// Runs the program under test, as a person or a script would.
#pragma once

#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace divio::test {

inline std::string file_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A folder that is there as long as this lives.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "divioctl-cli-XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct Ended {
  int code = -1;
  std::string out;
  std::string err;
};

// A line for sh in which `divioctl` is the program with the fake platform. $RECORD is what the fake platform wrote down.
inline Ended shell(const std::string& line, std::string* record = nullptr) {
  const Folder folder;
  const auto file = [&](const char* name) { return (folder.path() / name).string(); };
  std::filesystem::create_symlink(DIVIOCTL_UNDER_TEST, folder.path() / "divioctl");
  const auto script = "unset DIVIOCTL_ENV CI NO_COLOR; export LC_ALL=C.UTF-8 FAKE_RECORD=" + file("record") + "\n" +
                      "PATH=" + folder.path().string() + ":$PATH\n" + line + "\n";
  std::ofstream(file("script")) << script;
  const auto command = "sh " + file("script") + " >" + file("out") + " 2>" + file("err") + " </dev/null";
  const int status = std::system(command.c_str());
  if (record != nullptr) *record = file_text(file("record"));
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, file_text(file("out")), file_text(file("err"))};
}

// What the fake platform wrote down of such a line.
inline std::string recorded(const std::string& line) {
  std::string record;
  shell(line, &record);
  return record;
}

}  // namespace divio::test
