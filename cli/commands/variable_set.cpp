#include <fmt/format.h>

#include "cli/call.hpp"
#include "cli/command.hpp"
#include "cli/terminal.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

struct SetOptions {
  std::vector<std::string> variables;
  bool secret = false;

  static std::span<const wire::Field> fields();
};

std::span<const wire::Field> SetOptions::fields() {
  static constexpr std::array<wire::Field, 2> table{{
      {.name = "variables",
       .help = "the variables; with --secret one NAME, whose value is read from standard input or asked for",
       .access = wire::access<SetOptions, &SetOptions::variables>(),
       .value = "NAME=VALUE",
       .positional = true,
       .required = true},
      {.name = "secret",
       .help = "never show the value again in lists",
       .access = wire::access<SetOptions, &SetOptions::secret>()},
  }};
  return table;
}

Result<std::vector<VariableSetRequest>> plain_requests(const std::vector<std::string>& words) {
  std::vector<VariableSetRequest> requests;
  for (const auto& word : words) {
    const auto equals = word.find('=');
    if (equals == std::string::npos || equals == 0)
      return fail(ErrorCode::invalid, fmt::format("'{}' is not of the form NAME=VALUE", word),
                  "for a secret value write: divioctl variable set --secret NAME");
    requests.push_back({.name = word.substr(0, equals), .value = Secret(word.substr(equals + 1))});
  }
  return requests;
}

Result<std::vector<VariableSetRequest>> secret_request(Call& call, const std::vector<std::string>& words) {
  const auto name = words.front().substr(0, words.front().find('='));
  if (name.size() != words.front().size())
    return fail(ErrorCode::invalid, fmt::format("the value of the secret '{}' must not be on the command line", name),
                fmt::format("everybody on this machine can see it in the list of processes; pipe it in:\n"
                            "divioctl variable set --secret {} < FILE",
                            name));
  if (words.size() > 1) return fail(ErrorCode::invalid, "--secret sets one variable at a time");
  auto value = call.streams().input_terminal ? ask_secret(call.streams().err, fmt::format("Value of {}: ", name))
                                             : read_piped_secret();
  if (!value) return Failure(std::move(value).error());
  if (value->empty())
    return fail(ErrorCode::invalid, fmt::format("the value of the secret '{}' is empty", name),
                "pipe it in, or type it when asked");
  std::vector<VariableSetRequest> requests;
  requests.push_back({.name = name, .value = std::move(*value), .secret = true});
  return requests;
}

Result<int> carry_out_variable_set(Call& call) {
  const auto options = call.read<SetOptions>();
  DIVIO_TRY(requests, options.secret ? secret_request(call, options.variables) : plain_requests(options.variables));
  DIVIO_TRY(platform, call.platform());
  DIVIO_CHECK(platform->set_variables(call.target(), requests));
  std::vector<std::string> names;
  for (const auto& request : requests) names.push_back(request.name);
  const auto text = fmt::format("Set {}; it takes effect at the next deployment\n", join(names, ", "));
  return call.answer_with(text, wire::texts_json("set", names));
}

}  // namespace

Command variable_set_command() {
  return {.name = "variable set",
          .group = Group::configure,
          .summary = "Set environment variables",
          .description =
              "Sets variables that the environment's containers see from the next deployment on. The value of a secret one "
              "is read from standard input, without the line ending at its end, or asked for on a terminal; it is never "
              "taken from the command line, which other people on the machine can read.",
          .examples = {{"divioctl variable set -e live SITE_NAME=Shop DEBUG=0", "plain ones"},
                       {"divioctl variable set -e live --secret API_KEY < key.txt", "a secret one, from a file"},
                       {"divioctl variable set -e live --secret API_KEY", "asks for it"}},
          .fields = {SetOptions::fields()},
          .carry_out = carry_out_variable_set};
}

}  // namespace divio::cli
