#include "sources/git/blob_id.hpp"

#include <fmt/format.h>

#include "sources/git/libgit2.hpp"

namespace divio::sources {

Result<std::string> blob_id_of_file(const std::filesystem::path& path) {
  git_oid id;
  if (git().odb_hashfile(&id, path.c_str(), GIT_OBJECT_BLOB) < 0) {
    return git_failure(ErrorCode::failed, fmt::format("cannot read {}", path.string()));
  }
  return to_hex(id);
}

Result<std::string> blob_id_of_text(std::string_view text) {
  git_oid id;
  if (git().odb_hash(&id, text.data(), text.size(), GIT_OBJECT_BLOB) < 0) {
    return git_failure(ErrorCode::failed, "cannot hash a text");
  }
  return to_hex(id);
}

}  // namespace divio::sources
