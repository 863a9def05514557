// Hidden: what the completion scripts ask.
#include "cli/complete.hpp"

#include "cli/branches.hpp"
#include "cli/call.hpp"
#include "cli/command.hpp"

namespace divio::cli {
namespace {

struct CompleteOptions {
  std::vector<std::string> words;

  static std::span<const wire::Field> fields();
};

std::span<const wire::Field> CompleteOptions::fields() {
  static constexpr std::array<wire::Field, 1> table{{
      {.name = "words",
       .help = "the words behind the program's name, the last one being typed",
       .access = wire::access<CompleteOptions, &CompleteOptions::words>(),
       .value = "WORD",
       .positional = true},
  }};
  return table;
}

std::vector<std::string> variable_names(Platform& platform, const Target& target) {
  std::vector<std::string> names;
  if (const auto variables = platform.variables(target))
    for (const auto& variable : *variables) names.push_back(variable.name);
  return names;
}

std::vector<std::string> names_of(Platform& platform, wire::Completes kind, const Target& target) {
  switch (kind) {
    case wire::Completes::projects: return platform.project_names();
    case wire::Completes::applications: return platform.application_names();
    case wire::Completes::environments: return platform.environment_names(target);
    case wire::Completes::processes:
    case wire::Completes::instances: return platform.process_names(target);
    case wire::Completes::releases: return platform.release_numbers(target);
    case wire::Completes::operations: return platform.operation_ids();
    case wire::Completes::regions: return platform.region_names();
    case wire::Completes::services: return platform.service_prefixes(target);
    case wire::Completes::contents: return platform.backup_contents(target);
    case wire::Completes::backups: return platform.backup_ids(target);
    case wire::Completes::variables: return variable_names(platform, target);
    default: return {};
  }
}

// Whatever goes wrong while somebody types is no reason to write into their line: there is nothing to offer then.
Result<int> carry_out_complete(Call& call) {
  auto words = call.read<CompleteOptions>().words;
  if (!words.empty() && words.front() == "--") words.erase(words.begin());
  const NameSource names = [&call](wire::Completes kind, const Target& target) -> std::vector<std::string> {
    if (kind == wire::Completes::branches) return branch_names(target.directory);
    const auto platform = call.platform();
    if (!platform) return {};
    return names_of(**platform, kind, target);
  };
  return call.answer_with(candidates_text(complete(words, names)));
}

}  // namespace

Command complete_command() {
  return {.name = "__complete",
          .summary = "Print what can stand at the end of a command line",
          .description = "",
          .fields = {CompleteOptions::fields()},
          .hidden = true,
          .raw_words = true,
          .carry_out = carry_out_complete};
}

}  // namespace divio::cli
