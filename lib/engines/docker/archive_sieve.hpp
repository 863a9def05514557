// Takes layers out of an archive of images as it passes by.
//
// An engine that has a layer does not look for it in an archive that it loads (tarexport's load.go in
// https://github.com/moby/moby), so what the other side has need not be sent. Layers are recognised by name in the
// archives of engines from 25 on (blobs/sha256/DIGEST), and by layer_folders.hpp in those of older ones. What is not
// recognised passes. An engine that lacks a layer after all refuses the archive.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "divio/result.hpp"
#include "ports/streams.hpp"

namespace divio::engines {

// One thread at a time.
class ArchiveSieve {
 public:
  // `layers` are the digests of the image's layers, the lowest first; the lowest `known` of them are taken out.
  ArchiveSieve(std::vector<std::string> layers, std::size_t known, ports::ByteSink sink);

  // The next piece of the archive; fails as the sink does.
  [[nodiscard]] Result<void> feed(std::string_view bytes);

 private:
  enum class Fate { pass, read, drop };
  [[nodiscard]] std::string_view take(std::string_view& bytes);
  [[nodiscard]] Result<void> begin_entry();
  void end_entry();
  [[nodiscard]] Fate fate_of(const std::string& path) const;

  std::vector<std::string> chains_;
  std::set<std::string> dropped_chains_;
  std::set<std::string> dropped_paths_;
  ports::ByteSink sink_;
  std::string header_;      // of the next entry, as far as it has arrived
  std::string path_;        // of the entry that passes by
  std::string text_;        // its contents where they are read
  Fate fate_ = Fate::pass;
  std::uint64_t left_ = 0;     // bytes of the entry that are still to come, padding included
  std::uint64_t padding_ = 0;  // how many of them are padding
};

}  // namespace divio::engines
