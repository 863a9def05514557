#include "sources/lfs.hpp"

#include <charconv>

#include "support/text.hpp"

namespace divio::sources {
namespace {

bool is_sha256(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool read_number(std::string_view text, std::uint64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

std::optional<LfsPointer> parse_lfs_pointer(std::string_view text) {
  if (!may_be_lfs_pointer(text.size()) || !text.starts_with("version https://git-lfs.github.com/spec/v1\n")) return {};
  LfsPointer pointer;
  bool sized = false;
  for (const auto& line : split(text, '\n')) {
    const std::string_view view = line;
    if (view.starts_with("oid sha256:")) pointer.id = view.substr(11);
    if (view.starts_with("size ")) sized = read_number(view.substr(5), pointer.bytes);
  }
  if (!sized || !is_sha256(pointer.id)) return {};
  return pointer;
}

std::filesystem::path lfs_content_path(const std::filesystem::path& store, const LfsPointer& pointer) {
  return store / "objects" / pointer.id.substr(0, 2) / pointer.id.substr(2, 2) / pointer.id;
}

}  // namespace divio::sources
