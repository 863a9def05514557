#include <fmt/format.h>

#include <algorithm>

#include "cli/call.hpp"
#include "cli/command.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

struct GetOptions {
  std::string name;
  bool reveal = false;

  static std::span<const wire::Field> fields();
};

std::span<const wire::Field> GetOptions::fields() {
  static constexpr std::array<wire::Field, 2> table{{
      {.name = "name",
       .help = "the variable",
       .access = wire::access<GetOptions, &GetOptions::name>(),
       .value = "NAME",
       .completes = wire::Completes::variables,
       .positional = true,
       .required = true},
      {.name = "reveal",
       .help = "show the value of a secret one",
       .access = wire::access<GetOptions, &GetOptions::reveal>()},
  }};
  return table;
}

Result<int> carry_out_variable_get(Call& call) {
  const auto options = call.read<GetOptions>();
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(listed, platform->variables(call.target()));
  const auto found = std::ranges::find(listed, options.name, &VariableView::name);
  const bool secret = found != listed.end() && found->secret;
  if (secret && !options.reveal)
    return fail(ErrorCode::refused, fmt::format("'{}' is secret", options.name), "say --reveal to see it");
  DIVIO_TRY(value, platform->variable(call.target(), options.name));
  return call.answer_with(value.reveal() + "\n", wire::variable_json(options.name, value, secret));
}

Result<int> carry_out_variable_list(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(variables, platform->variables(call.target()));
  return call.answer(variables);
}

struct UnsetOptions {
  std::vector<std::string> names;

  static std::span<const wire::Field> fields();
};

std::span<const wire::Field> UnsetOptions::fields() {
  static constexpr std::array<wire::Field, 1> table{{
      {.name = "names",
       .help = "the variables",
       .access = wire::access<UnsetOptions, &UnsetOptions::names>(),
       .value = "NAME",
       .completes = wire::Completes::variables,
       .positional = true,
       .required = true},
  }};
  return table;
}

Result<int> carry_out_variable_unset(Call& call) {
  const auto names = call.read<UnsetOptions>().names;
  DIVIO_TRY(platform, call.platform());
  DIVIO_CHECK(platform->unset_variables(call.target(), names));
  const auto text = fmt::format("Removed {}; it takes effect at the next deployment\n", join(names, ", "));
  return call.answer_with(text, wire::texts_json("unset", names));
}

}  // namespace

Command variable_get_command() {
  return {.name = "variable get",
          .group = Group::configure,
          .summary = "Print the value of a variable",
          .description = "Prints the value and nothing else. A secret one needs --reveal.",
          .examples = {{"divioctl variable get -e live SITE_NAME", "a plain one"},
                       {"divioctl variable get -e live API_KEY --reveal", "a secret one"}},
          .fields = {GetOptions::fields()},
          .carry_out = carry_out_variable_get};
}

Command variable_list_command() {
  return {.name = "variable list",
          .group = Group::configure,
          .summary = "List an environment's variables",
          .description = "Lists the variables that were set, with the values of those that are not secret.",
          .examples = {{"divioctl variable list -e live", "all of them"}},
          .carry_out = carry_out_variable_list};
}

Command variable_unset_command() {
  return {.name = "variable unset",
          .group = Group::configure,
          .summary = "Remove environment variables",
          .description = "Removes variables; the containers lose them at the next deployment.",
          .examples = {{"divioctl variable unset -e live DEBUG", "one"}},
          .fields = {UnsetOptions::fields()},
          .carry_out = carry_out_variable_unset};
}

}  // namespace divio::cli
