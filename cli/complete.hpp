// What can stand at the end of a command line that is being typed.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "divio/requests.hpp"
#include "wire/field.hpp"

namespace divio::cli {

struct Candidate {
  std::string value;
  std::string description;
};

struct Candidates {
  enum class Native { nothing, files, directories };
  std::vector<Candidate> list;
  Native native = Native::nothing;  // what the shell completes by itself
};

// The names of a kind of thing, in the project and environment that the words before it mean.
using NameSource = std::function<std::vector<std::string>(wire::Completes kind, const Target& target)>;

// `words` without the program's name; the last one is being typed and may be empty.
[[nodiscard]] Candidates complete(const std::vector<std::string>& words, const NameSource& names);

// "value TAB description" lines; ":files" or ":directories" for what the shell completes by itself.
[[nodiscard]] std::string candidates_text(const Candidates& candidates);

}  // namespace divio::cli
