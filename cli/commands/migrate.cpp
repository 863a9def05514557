// Looking at migrations: migrate plan, show, list.
#include <fmt/format.h>

#include <array>
#include <span>

#include "cli/call.hpp"
#include "cli/command.hpp"
#include "cli/migration_group.hpp"
#include "cli/text_file.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

Result<int> carry_out_migrate_plan(Call& call) { return answer_with_plan(call, call.read<MigratePlanRequest>()); }

struct PlotOptions {
  std::string plot;  // a file; empty: none
  int attempt = 0;   // 0: the newest

  static std::span<const wire::Field> fields();
};

std::span<const wire::Field> PlotOptions::fields() {
  static constexpr std::array<wire::Field, 2> table{{
      {.name = "plot",
       .help = "also write a picture of the requests around the cut-over, as SVG; - is the standard output, without the rest",
       .access = wire::access<PlotOptions, &PlotOptions::plot>(),
       .value = "FILE",
       .completes = wire::Completes::files},
      {.name = "attempt",
       .help = "of which cut-over; without it the newest in which requests waited",
       .access = wire::access<PlotOptions, &PlotOptions::attempt>(),
       .value = "NUMBER",
       .least = 1,
       .most = 1'000'000},
  }};
  return table;
}

Result<int> carry_out_migrate_show(Call& call) {
  const auto options = call.read<PlotOptions>();
  if (options.attempt != 0 && options.plot.empty())
    return fail(ErrorCode::invalid, "--attempt says of which cut-over the picture is to be", "give --plot FILE with it");
  DIVIO_TRY(platform, call.platform());
  if (!options.plot.empty() && !call.read<MigrationGroup>().is_one())
    return fail(ErrorCode::invalid, "a picture is of one environment", "leave out --application and --all-environments");
  if (!options.plot.empty()) {
    DIVIO_TRY(picture, platform->plot_migration(call.target(), options.attempt));
    if (options.plot == "-") return call.answer_with(picture);
    DIVIO_CHECK(write_text_file(options.plot, picture));
    call.tell(fmt::format("The picture is in {}\n", options.plot));
  }
  return answer_about_migrations(
      call, [&](Platform& one) { return one.migration(call.target()); },
      [&](Platform& several, const MigrationGroup& group) { return several.migrations(call.target(), group); });
}

Result<int> carry_out_migrate_list(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(migrations, platform->migrations());
  if (migrations.empty()) call.tell("What one would do is said by: divioctl migrate plan --to REGION\n");
  return call.answer(migrations);
}

}  // namespace

Command migrate_plan_command() {
  return {.name = "migrate plan",
          .group = Group::moving,
          .summary = "Show how an environment would be moved, and what is in the way",
          .description =
              "Looks at both regions and changes nothing: which release and which services would be moved, how much data they "
              "hold, roughly how long the copying takes, and for how long requests would wait in the cut-over. What has to be "
              "mended first is named, with the way to mend it.\n\nThe hash stands for all that matters. With it migrate start "
              "does what was looked at here, and nothing else. Exit code 5 if something is in the way.\n\nWith --application or "
              "--all-environments there is a plan for each environment that is not in that region yet, and one hash for all of them.",
          .examples = {{"divioctl migrate plan -e live --to ch", "before a move"},
                       {"divioctl migrate plan -e live --to ch -o json | jq -r '.obstacles[] | select(.stops) | .what'",
                        "what has to be mended first"},
                       {"HASH=$(divioctl migrate plan -e live --to ch -o json | jq -r .hash)", "for migrate start --plan-hash"}},
          .fields = {wire::fields_of<MigratePlanRequest>(), wire::fields_of<MigrationGroup>()},
          .carry_out = carry_out_migrate_plan};
}

Command migrate_show_command() {
  return {.name = "migrate show",
          .group = Group::moving,
          .summary = "Show the environment's latest migration",
          .description =
              "Its phase, which region serves, how far each service is, every cut-over that was tried with the time for which "
              "requests waited, and the command that can come next. It can be asked while another divioctl carries the migration "
              "out.\n\nThe picture shows how many requests ended in each second, and how long they took, from 15 seconds before the "
              "cut-over to 15 seconds behind it. It is drawn from the access logs of both ingresses, as far back as these go.",
          .examples = {{"divioctl migrate show -e live", "how far it is"},
                       {"divioctl migrate show -e live --plot cut-over.svg", "what visitors noticed of it"},
                       {"divioctl migrate show -e live -o json | jq -r .phase", "in a script"}},
          .fields = {PlotOptions::fields(), wire::fields_of<MigrationGroup>()},
          .carry_out = carry_out_migrate_show};
}

Command migrate_list_command() {
  return {.name = "migrate list",
          .group = Group::moving,
          .summary = "List the migrations of all environments",
          .description = "The newest first, those that have ended too.",
          .examples = {{"divioctl migrate list", "for people"},
                       {"divioctl migrate list -o json | jq -r '.migrations[] | select(.phase == \"soaking\") | .environment'",
                        "those whose way back is still open"}},
          .carry_out = carry_out_migrate_list};
}

}  // namespace divio::cli
