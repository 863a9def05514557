// Variables of an environment, as its containers see them.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "divio/result.hpp"
#include "divio/secret.hpp"

namespace divio::model {

struct Variable {
  Secret value;          // held as a secret whether it is one or not, so that no caller prints it by accident
  bool secret = false;   // whether lists may show it

  friend bool operator==(const Variable&, const Variable&) = default;
};

using Variables = std::map<std::string, Variable>;

// POSIX: letters, digits and '_', not beginning with a digit.
[[nodiscard]] Result<void> check_variable_name(std::string_view name);

}  // namespace divio::model
