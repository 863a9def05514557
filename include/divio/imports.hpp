// Rebuilding a lost catalogue, or taking over another one's environments, from what a region's engine keeps.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace divio {

struct RegionImportRequest {
  std::string name;                        // as the region was called when its environments were deployed
  std::optional<std::string> endpoint;     // needed where the catalogue does not know the region
  std::optional<std::string> certificates; // folder, for tcp://
  std::string key_file;                    // with which the other catalogue's secrets were sealed
  std::string catalogue;                   // whose, where several have environments there
  bool adopt = false;                      // consent to taking over what another catalogue may still look after
};

struct ImportedEnvironment {
  std::string environment;        // "shop/live"
  std::string action;             // import; keep: the catalogue has it; replace: it has an older one
  int release = 0;                // that is wanted
  int releases = 0;
  int services = 0;
  std::vector<std::string> lost;  // secrets that could not be opened, by name
  std::string moving;             // "eu to ch: soaking", if it is being moved
};

struct RegionImportView {
  std::string region;
  std::string endpoint;
  std::string catalogue;  // whose label things there carry
  std::string keeper;     // who changed it last: "anna@laptop"
  std::string outcome;    // planned, imported, unchanged
  std::vector<ImportedEnvironment> environments;
};

}  // namespace divio
