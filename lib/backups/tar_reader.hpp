// What is in a stream of media, read as it goes by. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/backup.hpp"
#include "support/ids.hpp"

namespace divio::backups {

// A tar archive (GNU or POSIX): how many files it has, and a sum over their names and contents that does not depend on their
// order. One file's name, and nothing of its content, is in memory.
class TarReader {
 public:
  void add(std::string_view bytes);
  // Without evidence where the archive is none, or ends too early.
  [[nodiscard]] model::Evidence finish();

 private:
  void take_header();
  void take_content(std::string_view piece);
  void end_file();

  std::string block_;
  std::uint64_t left_ = 0;     // of the content of the present entry
  std::uint64_t padding_ = 0;  // behind it
  char type_ = 0;
  std::string name_;           // of the present file
  std::string long_name_;      // that the entry before said
  Sha256 content_;
  std::uint64_t files_ = 0;
  std::uint64_t sum_ = 0;
  bool bad_ = false;
  bool ended_ = false;
};

}  // namespace divio::backups
