// What a dump says of its content, read as it goes by. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "model/backup.hpp"
#include "support/ids.hpp"

namespace divio::services {

// A dump of mariadb-dump: rows and a checksum for each table, and a hash of all that is not data. Who defined something, and
// where automatic numbers go on, is left out: neither is content. At most a line that is not data is in memory.
class SqlDumpReader {
 public:
  void add(std::string_view bytes);
  [[nodiscard]] model::Evidence finish();

 private:
  struct Table {
    std::uint64_t rows = 0;
    std::uint64_t sum = 0;
  };
  void take_line();
  void take_data(char c);

  Sha256 schema_;
  std::map<std::string, Table> tables_;
  std::string engine_;
  std::string line_;
  bool routine_ = false;    // between DELIMITER ;; and DELIMITER ;
  Table* data_ = nullptr;   // the table whose rows are being read
  int depth_ = 0;
  char quote_ = 0;
  bool escaped_ = false;
  std::uint64_t row_ = 0;
};

// An RDB: how many keys do not expire, as its beginning says (https://rdb.fnordig.de/file_format.html). nullopt for one
// that begins with something else, or whose beginning is longer than what is given. More than one numbered database is
// not looked for.
[[nodiscard]] std::optional<model::Evidence> rdb_evidence(std::string_view beginning);

// How much of an RDB is needed to tell.
inline constexpr std::size_t rdb_beginning = std::size_t{64} * 1024;

}  // namespace divio::services
