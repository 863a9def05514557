#include <fmt/format.h>

#include "media/access.hpp"
#include "support/try.hpp"

namespace divio::media {

Result<void> ListReader::feed(std::string_view bytes) {
  return records_.feed(bytes, [this](std::string_view record) { return add(record); });
}

Result<void> ListReader::add(std::string_view record) {
  const auto whole = record;
  const auto type = take_word(record);
  MediaFile file;
  const bool good = parse_number(take_word(record), file.bytes) && parse_time(take_word(record), file.changed_ns) && type.size() == 1 && !record.empty();
  if (!good) return fail(ErrorCode::failed, fmt::format("the list of files has the record '{}'", printable(whole.substr(0, 200))));
  file.path = record;
  if (type == "d") return {};
  if (type == "f")
    files_.push_back(std::move(file));
  else
    left_out_.push_back(std::move(file.path));
  return {};
}

Result<Listing> ListReader::done() {
  if (records_.broken_off()) return fail(ErrorCode::failed, "the list of files broke off");
  DIVIO_TRY(files, make_manifest(std::move(files_)));
  return Listing{std::move(files), std::move(left_out_)};
}

}  // namespace divio::media
