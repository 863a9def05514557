// A command line as it was understood.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "cli/command.hpp"
#include "wire/access.hpp"

namespace divio::cli {

struct Invocation {
  const Command* command = nullptr;  // nullptr: no command was given
  std::string group;                 // first word of commands such as `variable`, when its second word is missing
  std::map<std::string_view, wire::FieldValue> given;  // by name of field; only what was given

  // The options with what was given, and defaults for the rest.
  template <class Options>
  [[nodiscard]] Options read() const {
    return wire::read_options<Options>(given);
  }
};

}  // namespace divio::cli
