// divioctl, except that it dies after DIVIO_DIE_AFTER journal records.
#include <cstdlib>

#include "cli/interrupts.hpp"
#include "cli/program.hpp"
#include "crash/dying_store.hpp"
#include "platform/parts.hpp"
#include "support/try.hpp"

namespace {

divio::Result<divio::Platform> open_dying(const divio::Settings& settings) {
  DIVIO_TRY(parts, divio::wire_platform(settings));
  const char* records = std::getenv("DIVIO_DIE_AFTER");
  parts->store = divio::crash::make_dying_store(std::move(parts->store), records == nullptr ? 0 : std::atoi(records));
  return divio::Platform(std::move(parts));
}

}  // namespace

int main(int count, char** words) {
  divio::cli::outlive_closed_pipes();
  return divio::cli::run_program({words + 1, words + count}, divio::cli::process_streams(), open_dying);
}
