// Values of the label `divio.role`: what a container is for.
#pragma once

#include <string_view>

namespace divio::model::role {

inline constexpr std::string_view instance = "instance";
inline constexpr std::string_view release_command = "release-command";
inline constexpr std::string_view one_off = "run";
inline constexpr std::string_view probe = "probe";
inline constexpr std::string_view ingress = "ingress";
inline constexpr std::string_view image = "image";
inline constexpr std::string_view media = "media";  // gives access to files while they are pushed or pulled
inline constexpr std::string_view service = "service";  // a server of databases or caches
inline constexpr std::string_view publication = "publication";  // leads from a port of the host to a service
inline constexpr std::string_view relay = "relay";  // leads from one region to another while something moves
inline constexpr std::string_view record = "record";  // a volume that keeps what a catalogue knows of an environment

}  // namespace divio::model::role
