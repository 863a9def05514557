// Events and errors as JSON, for --output json and HTTP: one object on one line; docs/json.md.
#pragma once

#include <string>

#include "divio/events.hpp"
#include "support/pace.hpp"

namespace divio::wire {

// The member `type` tells them apart: plan, step-began, step-moved, step-ended, line, notice. `pace` is that of a step that moves.
[[nodiscard]] std::string to_json(const Event& event, const Pace& pace = {});

// {"error": {"code", "message", "hint", "where"}}
[[nodiscard]] std::string to_json(const Error& error);

// A line that an instance wrote.
[[nodiscard]] std::string log_line_json(const std::string& instance, const std::string& text);

}  // namespace divio::wire
