#include "cli/call.hpp"
#include "cli/command.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

Result<int> carry_out_project_list(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(projects, platform->projects());
  return call.answer(projects);
}

struct ShowOptions {
  std::string name;

  static std::span<const wire::Field> fields();
};

std::span<const wire::Field> ShowOptions::fields() {
  static constexpr std::array<wire::Field, 1> table{{
      {.name = "name",
       .help = "the project; without it the one whose codebase is in the folder",
       .access = wire::access<ShowOptions, &ShowOptions::name>(),
       .value = "PROJECT",
       .completes = wire::Completes::projects,
       .positional = true},
  }};
  return table;
}

Result<int> carry_out_project_show(Call& call) {
  auto target = call.target();
  const auto name = call.read<ShowOptions>().name;
  if (!name.empty()) target.project = name;
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(project, platform->project(target));
  return call.answer(project);
}

}  // namespace

Command project_list_command() {
  return {.name = "project list",
          .group = Group::look,
          .summary = "List the projects",
          .description = "Lists every project of this catalogue with its environments.",
          .examples = {{"divioctl project list", "all of them"}},
          .carry_out = carry_out_project_list};
}

Command project_show_command() {
  return {.name = "project show",
          .group = Group::look,
          .summary = "Show a project and its environments",
          .description = "Shows where each environment of the project serves, and which release.",
          .examples = {{"divioctl project show shop", "by name"}, {"divioctl project show", "the folder's"}},
          .fields = {ShowOptions::fields()},
          .carry_out = carry_out_project_show};
}

}  // namespace divio::cli
