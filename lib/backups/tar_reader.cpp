#include "backups/tar_reader.hpp"

#include <fmt/format.h>

#include <charconv>

namespace divio::backups {

TarReader::TarReader()
    : reader_({[this](const tar::Entry& entry) -> Result<void> {
                 name_ = entry.name;
                 content_ = Sha256();
                 return {};
               },
               [this](std::string_view bytes) -> Result<void> {
                 content_.add(bytes);
                 return {};
               },
               [this]() -> Result<void> {
                 end_file();
                 return {};
               }},
              "archive") {}

void TarReader::add(std::string_view bytes) {
  if (!bad_) bad_ = !reader_.add(bytes);
}

void TarReader::end_file() {
  ++files_;
  const auto hash = sha256_hex(fmt::format("{}\n{}", content_.hex(), name_)).substr(0, 16);
  std::uint64_t value = 0;
  std::from_chars(hash.data(), hash.data() + hash.size(), value, 16);
  sum_ += value;
}

model::Evidence TarReader::finish() {
  if (bad_ || !reader_.finish()) return {};
  return {.tables = {{"files", files_, fmt::format("{:016x}", sum_)}}};
}

}  // namespace divio::backups
