// What is in a stream of media, read as it goes by. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/backup.hpp"
#include "support/ids.hpp"
#include "support/tar.hpp"

namespace divio::backups {

// Of a tar archive: how many files it has, and a sum over their names and contents that does not depend on their order. One
// file's name, and nothing of its content, is in memory.
class TarReader {
 public:
  TarReader();
  TarReader(const TarReader&) = delete;
  TarReader& operator=(const TarReader&) = delete;

  void add(std::string_view bytes);
  // Without evidence where the archive is none, or ends too early.
  [[nodiscard]] model::Evidence finish();

 private:
  void end_file();

  tar::Reader reader_;
  std::string name_;  // of the present file
  Sha256 content_;
  std::uint64_t files_ = 0;
  std::uint64_t sum_ = 0;
  bool bad_ = false;
};

}  // namespace divio::backups
