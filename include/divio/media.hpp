// Media files of an environment: what can be asked, and what is answered.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace divio {

struct MediaListRequest {
  std::string service;  // prefix; empty: the only one with media
};

// Push and pull: only what is new or different travels.
struct MediaSyncRequest {
  std::string folder;   // on this machine
  std::string service;  // prefix; empty: the only one with media
  bool remove = false;  // what the target has and the source does not
};

struct MediaListView {
  struct File {
    std::string path;  // with bytes that are no text as \xNN
    std::uint64_t bytes = 0;
    std::string changed_at;
  };
  std::string project;
  std::string environment;
  std::string service;
  std::vector<File> files;  // by path
  std::uint64_t bytes = 0;  // of all of them
};

struct MediaSyncView {
  std::string project;
  std::string environment;
  std::string service;
  std::string folder;
  std::string outcome;             // "planned", "changed", "unchanged"
  std::uint64_t copied_files = 0;  // of a dry run: that would be
  std::uint64_t copied_bytes = 0;
  std::uint64_t removed_files = 0;
  std::uint64_t unchanged_files = 0;
  // Of a dry run only:
  std::vector<std::string> copy;
  std::vector<std::string> remove;
  // Not copied:
  std::vector<std::string> left_out;  // links and special files
  std::vector<std::string> skipped;   // what changed or went while it was read; the next run takes it
};

}  // namespace divio
