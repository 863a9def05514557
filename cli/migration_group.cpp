#include "cli/migration_group.hpp"

#include "cli/exit_codes.hpp"

namespace divio::cli {

Result<int> answer_with_plan(Call& call, const MigratePlanRequest& request) {
  bool possible = true;
  const auto noted = [&](auto plan) {
    if (plan) possible = plan->possible;
    return plan;
  };
  DIVIO_CHECK(answer_about_migrations(
      call, [&](Platform& platform) { return noted(platform.plan_migration(call.target(), request)); },
      [&](Platform& platform, const MigrationGroup& group) { return noted(platform.plan_migrations(call.target(), group, request)); }));
  return possible ? 0 : exit_code(ErrorCode::refused);
}

}  // namespace divio::cli
