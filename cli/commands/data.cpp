// Data of databases and caches: data copy, pull, push.
#include <fmt/format.h>

#include "cli/call.hpp"
#include "cli/command.hpp"
#include "cli/consent.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

Result<void> ask_to_replace(Call& call, const std::string& environment, bool keep) {
  const auto question = fmt::format("This replaces data of environment '{}'; what is there {}.", environment,
                                    keep ? "becomes a backup first" : "is lost");
  return ask_for_consent(call, {.doing = "replacing data", .question = question, .word = environment, .called = "name"});
}

Result<int> carry_out_data_copy(Call& call) {
  const auto request = call.read<DataCopyRequest>();
  DIVIO_TRY(platform, call.platform());
  DIVIO_CHECK(ask_to_replace(call, request.to, !request.replace));
  DIVIO_TRY(outcome, platform->copy_data(call.target(), request, call.operation()));
  return call.answer(outcome);
}

Result<int> carry_out_data_pull(Call& call) {
  const auto request = call.read<DataPullRequest>();
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(dump, platform->pull_data(call.target(), request, call.operation()));
  if (dump.file != "-") return call.answer(dump);
  call.tell(text_of(dump, call.err_style()));
  return 0;
}

Result<int> carry_out_data_push(Call& call) {
  const auto request = call.read<DataPushRequest>();
  DIVIO_TRY(platform, call.platform());
  DIVIO_CHECK(ask_to_replace(call, call.target().environment, !request.replace));
  DIVIO_TRY(outcome, platform->push_data(call.target(), request, call.operation()));
  return call.answer(outcome);
}

}  // namespace

Command data_copy_command() {
  return {.name = "data copy",
          .group = Group::services,
          .summary = "Copy databases, caches and media from one environment to another",
          .description =
              "Takes one consistent state of each service that both environments have under the same prefix, and puts it in place "
              "of what the second one holds; the first one goes on serving and is not changed. The two may be in "
              "different regions: the data flows through this computer, and none of it is kept there. PostgreSQL and Redis serve "
              "what they had until all of it is in; MariaDB is emptied first. A backup is made of what is replaced.\n\nA schema that the code of the second environment "
              "does not know yet is brought up to date by its release commands: divioctl deploy. On a terminal the "
              "environment's name has to be typed; scripts say --yes. A copy that was cut short is made anew by the same command, "
              "or by operation resume.",
          .examples = {{"divioctl data copy --from live --to test", "all databases, caches and media"},
                       {"divioctl data copy --from live --to test --service default --yes", "one, in a script"}},
          .fields = {wire::fields_of<DataCopyRequest>()},
          .plans = true,
          .carry_out = carry_out_data_copy};
}

Command data_pull_command() {
  return {.name = "data pull",
          .group = Group::services,
          .summary = "Write a dump of a database or cache to a file",
          .description =
              "Writes one consistent state in the format of the type's own tool: PostgreSQL's custom format (pg_restore), SQL for "
              "MariaDB, RDB for Redis. The file is there whole or not at all, and only its owner can read it.",
          .examples = {{"divioctl data pull -e live", "a file in this folder, named by project, environment and time"},
                       {"divioctl data pull -e live --service default - | pg_restore -d mine", "into a database of your own"}},
          .fields = {wire::fields_of<DataPullRequest>()},
          .carry_out = carry_out_data_pull};
}

Command data_push_command() {
  return {.name = "data push",
          .group = Group::services,
          .summary = "Put a dump in place of what a database or cache holds",
          .description =
              "What a dump is, is seen by its content: PostgreSQL takes its custom format and plain SQL, MariaDB SQL, Redis RDB. "
              "PostgreSQL and Redis serve what they had until all of it is in, and a dump with an error in it changes nothing; "
              "MariaDB is emptied first. A backup is made of what is replaced. On a terminal the environment's name has to be typed; scripts say --yes.",
          .examples = {{"divioctl data push -e test shop.dump", "asks first"},
                       {"gunzip -c shop.sql.gz | divioctl data push -e test - --yes", "from a pipe"}},
          .fields = {wire::fields_of<DataPushRequest>()},
          .plans = true,
          .carry_out = carry_out_data_push};
}

}  // namespace divio::cli
