// Parts of events that views hold too. Only for sources that already include nlohmann-json.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "divio/events.hpp"
#include "divio/views.hpp"
#include "support/pace.hpp"

namespace divio::wire {

using OrderedJson = nlohmann::ordered_json;

[[nodiscard]] OrderedJson stages_json(const PlanMade& plan);
[[nodiscard]] OrderedJson error_json(const Error& error);

[[nodiscard]] OrderedJson services_json(const std::vector<ServiceView>& services);
[[nodiscard]] OrderedJson backups_json(const BackupStatusView& backups);

// How quickly it goes on, as "bytes_per_second" and "seconds_to_go": null where that is not known.
void add_pace(OrderedJson& object, const Pace& pace);

// On one line, with what is not UTF-8 replaced.
[[nodiscard]] std::string one_line(const OrderedJson& json);

}  // namespace divio::wire
