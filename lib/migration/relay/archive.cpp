#include "migration/relay/archive.hpp"

#include "support/tar.hpp"

namespace divio::migration::relay {

Secret pack(std::span<const File> files) {
  std::size_t size = tar::end().size();
  for (const auto& file : files) {
    const auto bytes = file.content.reveal().size();
    size += tar::block_size + bytes + tar::padding(bytes).size();
  }
  std::string archive;
  archive.reserve(size);  // so that no copy is left behind
  for (const auto& file : files) {
    const auto& content = file.content.reveal();
    archive += tar::render({.name = file.name, .mode = file.only_root ? 0400U : 0444U, .size = content.size()}, tar::Format::posix);
    archive += content;
    archive += tar::padding(content.size());
  }
  archive += tar::end();
  return Secret(std::move(archive));
}

Result<std::string> unpack(std::string_view archive) {
  std::string content;
  int entries = 0;
  bool whole = false;
  tar::Reader reader({[&](const tar::Entry&) -> Result<void> {
                        ++entries;
                        return {};
                      },
                      [&](std::string_view bytes) -> Result<void> {
                        if (entries == 1) content += bytes;
                        return {};
                      },
                      [&]() -> Result<void> {
                        whole = whole || entries == 1;
                        return {};
                      }},
                     "archive of the relay");
  (void)reader.add(archive);  // what follows the file is nobody's concern
  if (whole) return content;
  return fail(ErrorCode::failed, "a file of the relay cannot be read back from the engine", "run this again");
}

}  // namespace divio::migration::relay
