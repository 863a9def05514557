#include "cli/call.hpp"
#include "cli/command.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

struct ListOptions {
  int limit = 20;

  static std::span<const wire::Field> fields();
};

std::span<const wire::Field> ListOptions::fields() {
  static constexpr std::array<wire::Field, 1> table{{
      {.name = "limit",
       .help = "how many of the newest",
       .access = wire::access<ListOptions, &ListOptions::limit>(),
       .value = "NUMBER",
       .least = 1,
       .most = 100'000},
  }};
  return table;
}

struct IdOptions {
  std::string id;

  static std::span<const wire::Field> fields();
};

std::span<const wire::Field> IdOptions::fields() {
  static constexpr std::array<wire::Field, 1> table{{
      {.name = "id",
       .help = "the operation's id",
       .access = wire::access<IdOptions, &IdOptions::id>(),
       .value = "ID",
       .completes = wire::Completes::operations,
       .positional = true,
       .required = true},
  }};
  return table;
}

Result<int> carry_out_operation_list(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(operations, platform->operations(call.target(), call.read<ListOptions>().limit));
  return call.answer(operations);
}

Result<int> carry_out_operation_show(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(details, platform->operation(call.read<IdOptions>().id));
  return call.answer(details);
}

Result<int> carry_out_operation_resume(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(outcome, platform->resume(call.read<IdOptions>().id, call.operation()));
  return call.answer(outcome);
}

}  // namespace

Command operation_list_command() {
  return {.name = "operation list",
          .group = Group::look,
          .summary = "List what was done",
          .description = "Lists operations, newest first: of every project, or with --project of one environment.",
          .examples = {{"divioctl operation list", "everywhere"},
                       {"divioctl operation list --project shop -e live --limit 5", "of one environment"}},
          .fields = {ListOptions::fields()},
          .carry_out = carry_out_operation_list};
}

Command operation_show_command() {
  return {.name = "operation show",
          .group = Group::look,
          .summary = "Show an operation and its journal",
          .description = "Shows who did what and when, and every step that was written down.",
          .examples = {{"divioctl operation show 01jd8w2k9x4c", "by its id"}},
          .fields = {IdOptions::fields()},
          .carry_out = carry_out_operation_show};
}

Command operation_resume_command() {
  return {.name = "operation resume",
          .group = Group::applications,
          .summary = "Finish or undo an interrupted operation",
          .description = "Takes up an operation whose program was killed or whose machine went down, and finishes it, or "
                         "undoes what it had begun. The same command typed again does so too.",
          .examples = {{"divioctl operation resume 01jd8w2k9x4c", "by its id"}},
          .fields = {IdOptions::fields()},
          .plans = true,
          .carry_out = carry_out_operation_resume};
}

}  // namespace divio::cli
