#include "media/tar.hpp"

#include "media/file_time.hpp"

namespace divio::media {
namespace {

std::string plain(std::string path) {
  while (path.starts_with("./")) path.erase(0, 2);
  while (path.ends_with('/')) path.pop_back();
  return path;
}

std::string block_of(std::string_view name, std::uint64_t bytes, std::int64_t seconds, char type) {
  return tar::render({.name = name, .type = type, .size = bytes, .changed = seconds, .owner = no_owner}, tar::Format::gnu);
}

}  // namespace

std::string tar_header(const MediaFile& file) {
  const auto name = "./" + file.path;
  std::string text;
  if (name.size() > tar::name_limit)
    text = block_of("././@LongLink", name.size() + 1, 0, 'L') + name + '\0' + tar::padding(name.size() + 1);
  return text + block_of(name, file.bytes, file_time(file.changed_ns).seconds, '0');
}

bool is_without_owners(std::string_view beginning) {
  return beginning.size() >= tar::block_size && tar::owner_in(beginning) == no_owner;
}

MediaFile media_file(const tar::Entry& entry) { return {plain(entry.name), entry.size, entry.changed * ns_in_second}; }

tar::Reader tar_reader(tar::Receiver receiver) { return {std::move(receiver), "archive of media files"}; }

}  // namespace divio::media
