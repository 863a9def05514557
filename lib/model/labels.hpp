// Labels on everything divioctl makes in an engine. What does not carry `managed` is never touched.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

namespace divio::model {

using Labels = std::map<std::string, std::string>;

namespace label {
inline constexpr std::string_view managed = "divio.catalogue";  // value: id of the catalogue that made it
inline constexpr std::string_view project = "divio.project";
inline constexpr std::string_view environment = "divio.environment";
inline constexpr std::string_view role = "divio.role";  // see roles.hpp
inline constexpr std::string_view process = "divio.process";
inline constexpr std::string_view release = "divio.release";
inline constexpr std::string_view generation = "divio.generation";
inline constexpr std::string_view slot = "divio.slot";
inline constexpr std::string_view stop_grace = "divio.stop-grace";  // seconds
inline constexpr std::string_view region = "divio.region";
inline constexpr std::string_view build = "divio.build";    // digest of tree and build settings
inline constexpr std::string_view commit = "divio.commit";
inline constexpr std::string_view service = "divio.service";  // type of a server
inline constexpr std::string_view prefix = "divio.prefix";  // of the service that is published
inline constexpr std::string_view published = "divio.published";  // where: "127.0.0.1:5432"
inline constexpr std::string_view version = "divio.version";  // of a server
inline constexpr std::string_view made_of = "divio.made-of";  // digest of what a server's container was made of
inline constexpr std::string_view migration = "divio.migration";  // id of the migration that something is for
inline constexpr std::string_view relay_port = "divio.relay-port";  // of the host, that leads to a relay
inline constexpr std::string_view drill = "divio.drill";  // id of the backup that a scratch server or volume tries out
// On volumes that show a lease to other catalogues (controller/lease_marks.hpp), which may remove them when they are old.
inline constexpr std::string_view lease = "divio.lease";  // "shop/live"
inline constexpr std::string_view lease_catalogue = "divio.lease-catalogue";
inline constexpr std::string_view lease_holder = "divio.lease-holder";
inline constexpr std::string_view lease_reason = "divio.lease-reason";
// On volumes that keep what a catalogue knows of an environment (controller/records.hpp).
inline constexpr std::string_view record = "divio.record";  // "shop/live"
inline constexpr std::string_view record_of = "divio.record-of";  // the catalogue whose label the environment's things carry
inline constexpr std::string_view record_region = "divio.record-region";
inline constexpr std::string_view record_keeper = "divio.record-keeper";  // the catalogue that looks after it
inline constexpr std::string_view record_person = "divio.record-person";
inline constexpr std::string_view record_digest = "divio.record-digest";
inline constexpr std::string_view record_open = "divio.record-open";  // wire/record_json.hpp
inline constexpr std::string_view record_sealed = "divio.record-sealed";
}  // namespace label

// Whether all of `wanted` is there; an empty value there asks for the key only.
[[nodiscard]] inline bool carries(const Labels& labels, const Labels& wanted) {
  return std::ranges::all_of(wanted, [&](const auto& label) {
    const auto found = labels.find(label.first);
    return found != labels.end() && (label.second.empty() || found->second == label.second);
  });
}

}  // namespace divio::model
