#include "cli/consent.hpp"

#include <fmt/format.h>

#include "cli/terminal.hpp"
#include "support/try.hpp"

namespace divio::cli {

Result<void> ask_for_consent(Call& call, const Consent& consent) {
  if (call.options().yes || call.options().dry_run) return {};
  if (!call.streams().input_terminal || !call.streams().error_terminal)
    return fail(ErrorCode::refused, fmt::format("{} needs your consent, and there is no terminal to ask on", consent.doing),
                "say --yes if you mean it");
  DIVIO_TRY(answer, ask(call.streams().err, fmt::format("{} Type its {} to go on: ", consent.question, consent.called)));
  if (answer == consent.word) return {};
  return fail(ErrorCode::refused, fmt::format("nothing is changed: '{}' was not typed", consent.word));
}

}  // namespace divio::cli
