// divio_load: steady HTTP load, and an honest count of what became of it as one line of JSON. See options.hpp.
#include <fmt/format.h>
#include <signal.h>
#include <sys/signalfd.h>

#include <cstdio>

#include "load/client/client.hpp"

int main(int count, char** arguments) {
  const auto options = divio::load::parse_options({arguments + 1, arguments + count});
  if (!options) {
    fmt::print(stderr, "divio_load: {}\n", options.error());
    return 2;
  }
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  sigprocmask(SIG_BLOCK, &ends, nullptr);
  const auto run = divio::load::run(*options, signalfd(-1, &ends, SFD_CLOEXEC));
  fmt::print("{}\n", run.tally.json(run.ran));
  return run.tally.failed() > 0 && !options->tolerate ? 1 : 0;
}
