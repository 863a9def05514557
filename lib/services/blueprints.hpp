// What divioctl knows about each type of service, as data: one row of the table in blueprints.cpp is one type.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "divio/result.hpp"
#include "model/region.hpp"
#include "model/service.hpp"

namespace divio::services {

// Words of a command or values of variables. "{database}", "{login}", "{user}" and "{password}" stand for what filled() puts there.
using Words = std::span<const std::string_view>;

struct Setting {
  std::string_view name;
  std::string_view value;
};

struct Blueprint {
  model::ServiceType type;
  std::string_view image;                // official image; empty: the type has no server
  Words versions;                        // tags of the image, the default first
  std::uint16_t port;
  std::string_view data_folder;          // where the server's volume is mounted
  bool shared;                           // whether one server can keep tenants apart; if so that is the default
  std::span<const Setting> variables;    // of the server's container, by the image's contract
  std::string_view prepare;              // shell commands, run as the image's user before the server at each start
  Words command;                         // of the server: the image's entry point gets it
  Words probe;                           // succeeds in the container when the server can serve
  Words shell;                           // the client that `service shell` opens, in the container
  Words backup;                          // writes a consistent dump of one instance to stdout, in the container
  Words restore;                         // reads such a dump from stdin, in the container
  std::string_view password_variable;    // by which clients in the container take a password, off their command line
};

// A file in the data folder that says that the server has been able to serve on it. What is there without it was left by
// a start that was broken off, and is begun again.
inline constexpr std::string_view complete_mark = "divio-complete";

// In the order of ServiceType.
[[nodiscard]] std::span<const Blueprint> blueprints();

// The row of a type.
[[nodiscard]] const Blueprint& blueprint(model::ServiceType type);

// The version asked for, the default one for an empty text, or invalid with those there are.
[[nodiscard]] Result<std::string> version_of(const Blueprint& blueprint, std::string_view wanted);

// shared where a server can keep tenants apart.
[[nodiscard]] model::Scope default_scope(const Blueprint& blueprint) noexcept;

// "postgres:15"
[[nodiscard]] std::string image_of(const Blueprint& blueprint, std::string_view version);

// What a region runs in its place (model/service_images.hpp).
[[nodiscard]] std::string image_in(const model::Region& region, const Blueprint& blueprint, std::string_view version);

// invalid where a region names an image that no type and version has.
[[nodiscard]] Result<void> check_service_images(const model::Region& region);

// `words` with each "{name}" of `values` replaced by its value, once: braces within values stay as they are.
[[nodiscard]] std::vector<std::string> filled(Words words, const std::map<std::string, std::string>& values);

}  // namespace divio::services
