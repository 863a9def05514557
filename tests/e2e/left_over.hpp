// What is left of an environment where it does not serve any more, and of its migrations: on the engine, and in the servers that the
// region's environments share.
#pragma once

#include <string>

namespace divio::live {

struct LeftRegion {
  std::string endpoint;  // unix:// of its engine
  std::string rows;      // the container of its shared PostgreSQL
  std::string records;   // and of its shared MariaDB
  std::string ingress;
};

// Everything by its name, a line each; empty where nothing is: instances, servers, volumes, networks, databases, logins, slots,
// publications, subscriptions, guards, and words of attempts. Nobody else's databases may be in the shared servers.
[[nodiscard]] std::string left_over(const LeftRegion& region, const std::string& project);

// Everything that an engine has, whosever it is: containers, volumes and networks by their ids.
[[nodiscard]] std::string all_things(const std::string& endpoint);

}  // namespace divio::live
