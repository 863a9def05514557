// One member of a build context, wherever its content is.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "divio/result.hpp"
#include "ports/streams.hpp"

namespace divio::sources {

enum class EntryKind { folder, file, executable, link };

// Writes exactly the entry's bytes, in pieces; a content that is no longer what was counted is an error.
using ContentWriter = std::function<Result<void>(const ports::ByteSink&)>;

struct Entry {
  std::string path;  // from the top of the context, with '/'
  EntryKind kind = EntryKind::file;
  std::uint64_t bytes = 0;     // of a file
  std::string id = {};         // git's id of the content, or Git LFS's; empty for a folder
  std::string target = {};     // of a link
  ContentWriter content = {};  // of a file
};

// What a walk over a codebase found.
struct Listing {
  std::vector<Entry> entries;                   // in any order, without folders that only hold other entries
  std::vector<std::string> missing_lfs;         // files of which only the pointer is here
  std::vector<std::string> missing_submodules;  // sent as empty folders
  std::vector<std::string> special;             // sockets, pipes, devices: left out
};

}  // namespace divio::sources
