// argv to an Invocation. The only place that knows CLI11.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/invocation.hpp"

namespace divio::cli {

// Looks a variable of the environment up; nullopt where it is unset or empty.
using Variables = std::function<std::optional<std::string>(std::string_view name)>;

[[nodiscard]] std::optional<std::string> process_variable(std::string_view name);

// `words` without the program's name. Errors are `invalid`, in our own words and with the nearest known name. With
// --help nothing is missed that would otherwise be required.
[[nodiscard]] Result<Invocation> parse(const std::vector<std::string>& words, const Variables& variables);

// The output that the words ask for, for errors in the rest of them.
[[nodiscard]] bool wants_json(const std::vector<std::string>& words);

}  // namespace divio::cli
