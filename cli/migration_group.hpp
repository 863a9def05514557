// Commands about migrations, of one environment or of several as one.
#pragma once

#include "cli/call.hpp"
#include "divio/migrations.hpp"
#include "support/try.hpp"

namespace divio::cli {

// Answers with what `one(platform)` gives, or `several(platform, group)` where several are meant.
template <class One, class Several>
[[nodiscard]] Result<int> answer_about_migrations(Call& call, const One& one, const Several& several) {
  const auto group = call.read<MigrationGroup>();
  DIVIO_TRY(platform, call.platform());
  if (!group.is_one()) {
    DIVIO_TRY(answer, several(*platform, group));
    return call.answer(answer);
  }
  DIVIO_TRY(answer, one(*platform));
  return call.answer(answer);
}

// What a migration would come to; the exit code is that of a refusal where something is in the way.
[[nodiscard]] Result<int> answer_with_plan(Call& call, const MigratePlanRequest& request);

}  // namespace divio::cli
