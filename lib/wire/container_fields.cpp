// The fields of requests that look into containers: logs, exec, run.
#include "wire/request_fields.hpp"

namespace divio::wire {

template <>
std::span<const Field> fields_of<LogsRequest>() {
  static constexpr std::array<Field, 6> fields{{
      {.name = "process",
       .help = "only this process or instance",
       .access = access<LogsRequest, &LogsRequest::process>(),
       .value = "PROCESS",
       .completes = Completes::instances,
       .positional = true},
      {.name = "follow",
       .help = "go on with what is written from now on",
       .access = access<LogsRequest, &LogsRequest::follow>(),
       .letter = 'f'},
      {.name = "tail",
       .help = "how many of the last lines of each instance, or 'all'",
       .access = access<LogsRequest, &LogsRequest::tail>(),
       .value = "LINES",
       .word_for_all = "all"},
      {.name = "since",
       .help = "only what was written since this time, or within this age such as 10m",
       .access = access<LogsRequest, &LogsRequest::since>(),
       .value = "TIME"},
      {.name = "timestamps",
       .help = "begin each line with its time",
       .access = access<LogsRequest, &LogsRequest::timestamps>(),
       .letter = 't'},
      {.name = "ingress",
       .help = "the access log of the ingress controller instead",
       .access = access<LogsRequest, &LogsRequest::ingress>()},
  }};
  return fields;
}

template <>
std::span<const Field> fields_of<ExecRequest>() {
  static constexpr std::array<Field, 3> fields{{
      {.name = "instance",
       .help = "a process (its first running instance) or an instance; without it web",
       .access = access<ExecRequest, &ExecRequest::instance>(),
       .value = "INSTANCE",
       .completes = Completes::instances,
       .positional = true},
      {.name = "user",
       .help = "the user to run as, instead of the image's",
       .access = access<ExecRequest, &ExecRequest::user>(),
       .value = "USER",
       .letter = 'u'},
      {.name = "command",
       .help = "the command and its arguments",
       .access = access<ExecRequest, &ExecRequest::command>(),
       .value = "COMMAND",
       .required = true,
       .after_dashes = true},
  }};
  return fields;
}

template <>
std::span<const Field> fields_of<RunRequest>() {
  static constexpr std::array<Field, 2> fields{{
      {.name = "release",
       .help = "the release whose image and configuration are used; without it the one that serves",
       .access = access<RunRequest, &RunRequest::release>(),
       .value = "RELEASE",
       .completes = Completes::releases,
       .least = 1},
      {.name = "command",
       .help = "the command and its arguments",
       .access = access<RunRequest, &RunRequest::command>(),
       .value = "COMMAND",
       .required = true,
       .after_dashes = true},
  }};
  return fields;
}

}  // namespace divio::wire
