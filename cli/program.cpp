#include "cli/program.hpp"

#include "cli/call.hpp"
#include "cli/failure.hpp"
#include "cli/help.hpp"
#include "cli/parse.hpp"
#include "wire/events_json.hpp"

namespace divio::cli {
namespace {

std::string help_for(const Invocation& invocation) {
  if (invocation.command != nullptr) return command_help(*invocation.command);
  return invocation.group.empty() ? overview() : group_help(invocation.group);
}

int carry_out(const Invocation& invocation, const Streams& streams, OpenPlatform open_platform) {
  Call call(invocation, streams, open_platform);
  const auto ended = invocation.command->carry_out(call);
  if (ended) return *ended;
  call.tell_failure(ended.error());
  return exit_code(ended.error().code);
}

}  // namespace

int tell_early_error(const Error& error, const std::vector<std::string>& words, const Streams& streams) {
  const Style style{.color = streams.error_terminal && streams.may_color, .unicode = streams.utf8};
  if (wants_json(words)) streams.out(wire::to_json(error) + "\n");
  else streams.err(failure_text(error, style));
  return exit_code(error.code);
}

int run_program(const std::vector<std::string>& words, const Streams& streams, OpenPlatform open_platform) {
  const auto invocation = parse(words, process_variable);
  if (!invocation) return tell_early_error(invocation.error(), words, streams);
  if (invocation->command == nullptr || invocation->read<CommonOptions>().help) {
    streams.out(help_for(*invocation));
    return 0;
  }
  return carry_out(*invocation, streams, open_platform);
}

}  // namespace divio::cli
