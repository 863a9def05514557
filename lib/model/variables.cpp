#include "model/variables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace divio::model {

Result<void> check_variable_name(std::string_view name) {
  const auto word = [](unsigned char c) { return c == '_' || std::isalnum(c) != 0; };
  if (!name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) == 0 && std::ranges::all_of(name, word))
    return {};
  return fail(ErrorCode::invalid, fmt::format("'{}' is not a valid variable name", name),
              "use letters, digits and '_', not beginning with a digit");
}

}  // namespace divio::model
