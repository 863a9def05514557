#include <fmt/format.h>

#include "cli/call.hpp"
#include "cli/command.hpp"
#include "support/try.hpp"
#include "wire/events_json.hpp"

namespace divio::cli {
namespace {

std::string log_line(const Call& call, const std::string& asked, const std::string& instance, const std::string& text) {
  if (call.json()) return wire::log_line_json(instance, text) + "\n";
  if (instance.empty() || instance == asked) return text + "\n";
  return fmt::format("{} {}\n", call.out_style().dim(instance + " |"), text);
}

Result<int> carry_out_logs(Call& call) {
  const auto request = call.read<LogsRequest>();
  DIVIO_TRY(platform, call.platform());
  const auto interrupted = call.stop();
  std::stop_source stop;
  const std::stop_callback pass_on(interrupted, [&stop] { stop.request_stop(); });
  const auto read = platform->logs(call.target(), request, stop.get_token(), [&](const auto& instance, const auto& text) {
    // Whoever read has gone ("| head"): nothing is left to do.
    if (!call.streams().out(log_line(call, request.process, instance, text))) stop.request_stop();
  });
  if (!read && !stop.stop_requested()) return Failure(read.error());
  return 0;
}

}  // namespace

Command logs_command() {
  return {.name = "logs",
          .group = Group::inside,
          .summary = "Show what instances write",
          .description = "Prints the output of every instance of the environment, or of one process or instance, each line "
                         "with the name of its instance.",
          .examples = {{"divioctl logs -e live web -f", "go on until Ctrl-C"},
                       {"divioctl logs worker --tail all --since 1h", "all of the last hour"},
                       {"divioctl logs -e live --ingress", "the requests"}},
          .fields = {wire::fields_of<LogsRequest>()},
          .carry_out = carry_out_logs};
}

}  // namespace divio::cli
