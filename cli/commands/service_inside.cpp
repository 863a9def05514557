// Into a service: service shell, logs.
#include "cli/call.hpp"
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "support/try.hpp"
#include "wire/events_json.hpp"

namespace divio::cli {
namespace {

Result<int> carry_out_service_shell(Call& call) {
  DIVIO_TRY(platform, call.platform());
  const auto options = call.inside();  // first: its handling of signals is to stay
  const ConsoleHold console(call.streams());
  return platform->service_shell(call.target(), call.read<ServiceRequest>().prefix, console.get(), options);
}

Result<int> carry_out_service_logs(Call& call) {
  DIVIO_TRY(platform, call.platform());
  const auto interrupted = call.stop();
  std::stop_source stop;
  const std::stop_callback pass_on(interrupted, [&stop] { stop.request_stop(); });
  const auto read = platform->service_logs(
      call.target(), call.read<ServiceLogsRequest>(), stop.get_token(), [&](const auto& server, const auto& text) {
        // Whoever read has gone ("| head"): nothing is left to do.
        if (!call.streams().out((call.json() ? wire::log_line_json(server, text) : text) + "\n")) stop.request_stop();
      });
  if (!read && !stop.stop_requested()) return Failure(read.error());
  return 0;
}

}  // namespace

Command service_shell_command() {
  return {.name = "service shell",
          .group = Group::services,
          .summary = "Open psql, mariadb or redis-cli on a service",
          .description =
              "Runs the client in the server's container, logged in as the environment's containers are, and ends with its exit "
              "code. Without a terminal it reads from standard input.",
          .examples = {{"divioctl service shell -e live default", "with a terminal"},
                       {"echo 'select count(*) from orders' | divioctl service shell -e live default", "from a pipe"}},
          .fields = {wire::fields_of<ServiceRequest>()},
          .carry_out = carry_out_service_shell};
}

Command service_logs_command() {
  return {.name = "service logs",
          .group = Group::services,
          .summary = "Show what a service's server writes",
          .description = "Prints the log of a dedicated server. That of a shared one is about all who use it, and is refused.",
          .examples = {{"divioctl service logs -e live cache -f", "go on until Ctrl-C"}},
          .fields = {wire::fields_of<ServiceLogsRequest>()},
          .carry_out = carry_out_service_logs};
}

}  // namespace divio::cli
