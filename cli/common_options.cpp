#include "cli/common_options.hpp"

namespace divio::cli {

using wire::access;

std::span<const wire::Field> CommonOptions::fields() {
  static constexpr std::array<wire::Field, 8> fields{{
      {.name = "output",
       .help = "how to answer: text for people, or json, one object a line",
       .access = access<CommonOptions, &CommonOptions::output>(),
       .value = "FORMAT",
       .letter = 'o'},
      {.name = "dry-run",
       .help = "print the plan and change nothing",
       .access = access<CommonOptions, &CommonOptions::dry_run>(),
       .letter = 'n'},
      {.name = "yes", .help = "do not ask", .access = access<CommonOptions, &CommonOptions::yes>(), .letter = 'y'},
      {.name = "quiet",
       .help = "tell nothing but errors",
       .access = access<CommonOptions, &CommonOptions::quiet>(),
       .letter = 'q'},
      {.name = "no-color",
       .help = "no colours; NO_COLOR does the same",
       .access = access<CommonOptions, &CommonOptions::no_color>()},
      {.name = "timeout",
       .help = "give up after this time: 30s, 5m; a plain number is seconds",
       .access = access<CommonOptions, &CommonOptions::timeout>(),
       .value = "TIME"},
      {.name = "lock-wait",
       .help = "how long to wait for another operation on the same environment",
       .access = access<CommonOptions, &CommonOptions::lock_wait>(),
       .value = "TIME"},
      {.name = "help", .help = "print help", .access = access<CommonOptions, &CommonOptions::help>(), .letter = 'h'},
  }};
  return fields;
}

std::vector<std::span<const wire::Field>> common_fields() {
  return {wire::fields_of<Target>(), wire::fields_of<CommonOptions>()};
}

}  // namespace divio::cli
