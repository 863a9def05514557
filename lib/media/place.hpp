// Where an environment's media are: in a volume of its engine or in a bucket. Both promise the same; see sync.hpp and archive.hpp,
// and bucket.hpp for what is different.
#pragma once

#include <variant>

#include "media/bucket.hpp"
#include "media/volume.hpp"

namespace divio::media {

using Place = std::variant<Volume, Bucket>;

[[nodiscard]] inline Result<Synced> push_to(const Place& place, const std::filesystem::path& folder, const SyncOptions& options) {
  return std::visit([&](const auto& one) { return push(one, folder, options); }, place);
}
[[nodiscard]] inline Result<Synced> pull_from(const Place& place, const std::filesystem::path& folder, const SyncOptions& options) {
  return std::visit([&](const auto& one) { return pull(one, folder, options); }, place);
}
[[nodiscard]] inline Result<Contents> list_of(const Place& place) {
  return std::visit([](const auto& one) { return list(one); }, place);
}
[[nodiscard]] inline Result<void> write_archive_of(const Place& place, const ports::ByteSink& sink) {
  return std::visit([&](const auto& one) { return write_archive(one, sink); }, place);
}
[[nodiscard]] inline Result<void> read_archive_into(const Place& place, Existing existing, const ports::ArchiveWriter& archive) {
  return std::visit([&](const auto& one) { return read_archive(one, existing, archive); }, place);
}

}  // namespace divio::media
