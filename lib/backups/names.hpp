// Where the parts of backups are in their store, and what backups are called. Pure.
//
//   PROJECT/ENVIRONMENT/manifests/ID    says that the backup is whole; written last
//   PROJECT/ENVIRONMENT/drills/ID       what came of the last restore drill
//   PROJECT/ENVIRONMENT/data/ID/PREFIX  the data of a service or volume, compressed and sealed
//   PROJECT/ENVIRONMENT/begun/ID        the catalogue that is making or removing it: what is there without a manifest goes
#pragma once

#include <string>
#include <string_view>

#include "model/names.hpp"
#include "model/time.hpp"

namespace divio::backups {

// Sorts by time: "20261123-063512-4f2a". `random` is four or more hexadecimal digits, of which four are used.
[[nodiscard]] std::string backup_id(model::TimePoint now, std::string_view random);

// Whether a text could be an id: nothing else becomes part of a key.
[[nodiscard]] bool is_backup_id(std::string_view text) noexcept;

// The keys of one environment's backups.
class Names {
 public:
  // `root` is empty or ends with '/': a folder within the storage.
  Names(std::string_view root, const model::EnvironmentKey& key);

  [[nodiscard]] std::string manifests() const { return base_ + "manifests/"; }
  [[nodiscard]] std::string drills() const { return base_ + "drills/"; }
  [[nodiscard]] std::string begun() const { return base_ + "begun/"; }
  [[nodiscard]] std::string manifest(std::string_view id) const { return manifests() + std::string(id); }
  [[nodiscard]] std::string drill(std::string_view id) const { return drills() + std::string(id); }
  [[nodiscard]] std::string begun(std::string_view id) const { return begun() + std::string(id); }
  [[nodiscard]] std::string data(std::string_view id) const { return base_ + "data/" + std::string(id) + "/"; }
  [[nodiscard]] std::string data(std::string_view id, std::string_view prefix) const;

 private:
  std::string base_;
};

}  // namespace divio::backups
