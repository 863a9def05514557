// One field of a request, described once. From these descriptions come the flags of the command line, the JSON form,
// completion, help, man pages and docs/commands.md.
#pragma once

#include <chrono>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "divio/result.hpp"

namespace divio::wire {

enum class Kind {
  flag,      // bool
  number,    // int
  duration,  // milliseconds
  text,
  texts,     // any number of them, in order
  counts,    // NAME=NUMBER, any number of them
  choice,    // one of a closed list
  secret,    // accepted in JSON, never given out, no flag
};

// What completes a value while it is typed.
enum class Completes {
  nothing, projects, environments, processes, instances, releases, operations, variables, branches, regions, services, contents, backups, applications,
  commands,
  directories, files
};

// A field's value apart from its request; monostate where an optional one is absent. A choice and a secret are text.
using FieldValue = std::variant<std::monostate, bool, int, std::chrono::milliseconds, std::string,
                                std::vector<std::string>, std::map<std::string, int>>;

// How a field is reached in its request, whose type is erased. Made by access<>() in wire/access.hpp.
struct Access {
  Kind kind;
  std::span<const std::string_view> choices;
  FieldValue (*get)(const void* request);
  void (*set)(void* request, const FieldValue& value);  // `value` holds what `kind` says, and a known choice
  FieldValue (*initial)();                              // of a request that nobody touched
};

struct Field {
  std::string_view name;  // as a flag: "build-mode"
  std::string_view help;  // a phrase without full stop
  Access access;
  std::string_view value = {};   // what help calls its value: "REF"
  char letter = 0;               // short flag
  Completes completes = Completes::nothing;
  std::span<const std::string_view> offered = {};  // by completion, beside what `completes` says
  bool positional = false;
  bool required = false;
  bool after_dashes = false;     // all the words behind "--"
  int least = 0;                 // bounds of a number; of a duration the lower one, in milliseconds
  int most = std::numeric_limits<int>::max();
  std::string_view word_for_all = {};   // the word that stands for -1
  std::string_view member = {};         // its name in JSON where that is not `name` with '_'
  std::string_view variable = {};       // environment variable that gives its default
};

// The fields of a request or of another struct of options: specialised for the public ones, a static function `fields`
// of the others.
template <class Options>
[[nodiscard]] std::span<const Field> fields_of() {
  return Options::fields();
}

// The value that `words` from a command line give `field`; a flag has none or one of "true" and "false". Errors are
// `invalid` and say the flag.
[[nodiscard]] Result<FieldValue> parse_field(const Field& field, std::span<const std::string> words);

// How an error names the field: "--tail", or "RELEASE" for a positional one.
[[nodiscard]] std::string shown_name(const Field& field);

// The default as help shows it; empty where there is nothing to say.
[[nodiscard]] std::string default_text(const Field& field);

// The name of the field in JSON.
[[nodiscard]] std::string member_name(const Field& field);

}  // namespace divio::wire
