// Media in a bucket of an object storage. Each file is an object, its path the key, so that the application finds it there.
//
// Objects have no time of change of their own. An object of divioctl's, `.divioctl-part-times`, remembers which one a file
// had, together with the tag of the object that was stored: for any other object of that key, the application's, it says
// nothing, and the time at which the storage got it counts. So a list costs a request for each thousand files. It is no more than a
// memory: where it says nothing, a file and an object of one size are compared by content, with the tag (tags.hpp).
//
// Objects whose names begin with draft_prefix are divioctl's own and no media.
#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>

#include "media/archive.hpp"
#include "media/sync.hpp"
#include "ports/object_storage.hpp"

namespace divio::media {

// Several threads may use one.
struct Bucket {
  std::shared_ptr<ports::ObjectStorage> storage;
  std::string name;  // for people: "uploads at https://s3.example.com"
  std::stop_token stop = {};
};

// As with volumes (sync.hpp), with these differences: what the storage cannot keep as a key is left out and named, and so
// is an object whose key is no path; a large file that broke off on its way into the bucket is sent again from its beginning.
[[nodiscard]] Result<Synced> push(const Bucket& bucket, const std::filesystem::path& folder, const SyncOptions& options);
[[nodiscard]] Result<Synced> pull(const Bucket& bucket, const std::filesystem::path& folder, const SyncOptions& options);
[[nodiscard]] Result<Contents> list(const Bucket& bucket);

// As with volumes (archive.hpp), and each can read what the other wrote. An archive from a bucket has no owners: in a volume its
// files belong to the owner of the volume's folder. An archive with links, or with names that are no keys, is refused by a bucket:
// invalid. An object that is replaced while it is read is a conflict.
//
// What comes in lies aside in the bucket until all of it is there, so there has to be room for both. Who is killed before leaves
// that, and an archive that comes in a day later or more takes it away.
[[nodiscard]] Result<void> write_archive(const Bucket& bucket, const ports::ByteSink& sink);
[[nodiscard]] Result<void> read_archive(const Bucket& bucket, Existing existing, const ports::ArchiveWriter& archive);

// Whether the bucket can be listed, written, read and removed from. Nothing of it stays.
[[nodiscard]] Result<void> try_out(const Bucket& bucket);

// Whether nothing is in it but what is divioctl's own.
[[nodiscard]] Result<bool> is_empty(const Bucket& bucket);

// Whether both are one bucket, by whatever addresses: what is put into the one is looked for in the other. Nothing of it stays.
[[nodiscard]] Result<bool> is_same(const Bucket& one, const Bucket& other);

}  // namespace divio::media
