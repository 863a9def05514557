// A volume of a real engine and folders of this machine, for the tests of transfers. All of it is removed at the end.
#pragma once

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <string>

#include "docker/engine_contract.hpp"
#include "fakes/temporary_folder.hpp"
#include "media/sync.hpp"

namespace divio::test {

// What is in a folder: paths of files and what they hold, folders with a slash at the end.
using Tree = std::map<std::string, std::string>;

class RealVolume {
 public:
  RealVolume();
  ~RealVolume();
  RealVolume(const RealVolume&) = delete;
  RealVolume& operator=(const RealVolume&) = delete;

  [[nodiscard]] media::Volume volume(std::stop_token stop = {}) const;
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
  [[nodiscard]] contract::Ground& ground() { return *ground_; }

  // Writes a file into the folder, with those above it.
  void write(const std::string& path, std::string_view bytes) const;

  // What shell commands say that are run in a container with the volume at /media.
  std::string run(const std::string& commands);

  [[nodiscard]] media::Synced push(media::SyncOptions options = {}) const;
  [[nodiscard]] media::Synced pull(media::SyncOptions options = {}) const;

  // What the volume has, by its list, and what was brought into a new folder from it.
  [[nodiscard]] Tree brought() const;

  // The containers that gave access and are still there.
  [[nodiscard]] std::size_t helpers() const;

 private:
  std::unique_ptr<contract::Ground> ground_;
  std::string name_;
  tests::TemporaryFolder folder_;
  std::string shell_;  // a container that stays
};

[[nodiscard]] Tree tree_of(const std::filesystem::path& folder);

}  // namespace divio::test
