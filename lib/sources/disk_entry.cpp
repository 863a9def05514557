#include "sources/disk_entry.hpp"

#include <sys/stat.h>

#include <system_error>

#include "sources/git/blob_id.hpp"
#include "sources/lfs.hpp"
#include "support/try.hpp"

namespace divio::sources {
namespace {

ContentWriter content_of(const std::filesystem::path& place, const FileState& state) {
  return [place, state](const ports::ByteSink& sink) { return read_in_pieces(place, state, sink); };
}

Result<void> add_link(const DiskFile& file, Listing& listing) {
  std::error_code error;
  const auto target = std::filesystem::read_symlink(file.place, error);
  if (error) return cannot_read(file.place, error.value());
  Entry entry{.path = file.path, .kind = EntryKind::link, .target = target.string()};
  DIVIO_ASSIGN(entry.id, blob_id_of_text(entry.target));
  listing.entries.push_back(std::move(entry));
  return {};
}

Result<void> add_regular(const DiskFile& file, const FileState& state, Listing& listing) {
  Entry entry{.path = file.path, .bytes = state.bytes};
  // git knows one executable bit, the owner's.
  if ((state.mode & S_IXUSR) != 0) entry.kind = EntryKind::executable;
  entry.content = content_of(file.place, state);
  std::optional<std::string> text;
  if (may_be_lfs_pointer(state.bytes)) {
    DIVIO_ASSIGN(text, read_whole(file.place));
  }
  DIVIO_CHECK(follow_lfs_pointer(entry, text.value_or(""), file.lfs_store, listing));
  if (entry.id.empty() && file.is_lfs && !parse_lfs_pointer(text.value_or(""))) {
    DIVIO_ASSIGN(entry.id, sha256_of_file(file.place, state));
  }
  if (entry.id.empty()) {
    DIVIO_ASSIGN(entry.id, blob_id_of_file(file.place));
  }
  listing.entries.push_back(std::move(entry));
  return {};
}

}  // namespace

Result<void> add_disk_file(const DiskFile& file, Listing& listing) {
  DIVIO_TRY(state, file_state(file.place));
  if (!state) return {};
  if (S_ISLNK(state->mode)) return add_link(file, listing);
  if (S_ISREG(state->mode)) return add_regular(file, *state, listing);
  listing.special.push_back(file.path);
  return {};
}

Result<void> follow_lfs_pointer(Entry& entry, std::string_view text, const std::filesystem::path& store,
                                Listing& listing) {
  const auto pointer = parse_lfs_pointer(text);
  if (!pointer) return {};
  const auto place = lfs_content_path(store, *pointer);
  std::optional<FileState> state;
  if (!store.empty()) {
    DIVIO_ASSIGN(state, file_state(place));
  }
  if (!state || !S_ISREG(state->mode) || state->bytes != pointer->bytes) {
    listing.missing_lfs.push_back(entry.path);
    return {};
  }
  entry.bytes = pointer->bytes;
  entry.id = pointer->id;
  entry.content = content_of(place, *state);
  return {};
}

}  // namespace divio::sources
