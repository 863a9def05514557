#include "crash/deaths.hpp"

#include "fakes/outcome.hpp"
#include "haproxy/visitor.hpp"

namespace divio::live {

bool is_long() { return variable_or("DIVIO_TEST_LONG", "") == "1"; }

Ended die(const Site& site, const Words& words, int records) {
  auto command = site.command(words);
  command.words.front() = DIVIO_DYING_CLI;
  command.environment["DIVIO_DIE_AFTER"] = std::to_string(records);
  return run(command);
}

void recover(const Site& site, const Words& words, Recovery recovery) {
  const std::string interrupted = site.answer({"status"})["operation"];
  if (recovery == Recovery::same_again) site.expect(0, words);
  else if (!interrupted.empty()) site.expect(0, {"operation", "resume", interrupted});  // its last record is its end
}

}  // namespace divio::live
