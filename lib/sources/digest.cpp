#include "sources/digest.hpp"

#include "support/ids.hpp"

namespace divio::sources {
namespace {

// git's modes, see git-fast-import(1).
std::string_view mode_of(EntryKind kind) noexcept {
  switch (kind) {
    case EntryKind::folder:
      return "040000";
    case EntryKind::executable:
      return "100755";
    case EntryKind::link:
      return "120000";
    case EntryKind::file:
      break;
  }
  return "100644";
}

}  // namespace

std::string digest_of(std::span<const Entry> entries, std::string_view dockerfile) {
  Sha256 hash;
  const auto add = [&hash](std::string_view text) {
    hash.add(text);
    hash.add(std::string_view("\0", 1));  // paths hold no zero: no two lists of entries read the same
  };
  add("divio build context 1");
  add(dockerfile);
  for (const auto& entry : entries) {
    add(mode_of(entry.kind));
    add(entry.path);
    add(entry.id);
  }
  return hash.hex();
}

}  // namespace divio::sources
