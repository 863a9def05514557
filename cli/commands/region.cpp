// Looking at regions: region list, show, check.
#include "cli/call.hpp"
#include "cli/command.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

struct NameOptions {
  std::string name;

  static std::span<const wire::Field> fields();
};

std::span<const wire::Field> NameOptions::fields() {
  static constexpr std::array<wire::Field, 1> table{{
      {.name = "name",
       .help = "the region",
       .access = wire::access<NameOptions, &NameOptions::name>(),
       .value = "REGION",
       .completes = wire::Completes::regions,
       .positional = true,
       .required = true},
  }};
  return table;
}

Result<int> carry_out_region_list(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(regions, platform->regions());
  return call.answer(regions);
}

Result<int> carry_out_region_show(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(region, platform->region(call.read<NameOptions>().name));
  return call.answer(region);
}

Result<int> carry_out_region_check(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(check, platform->check_region(call.read<NameOptions>().name, call.stop()));
  call.answer(check);
  return check.usable ? 0 : exit_code(check.error.code);
}

}  // namespace

Command region_list_command() {
  return {.name = "region list",
          .group = Group::regions,
          .summary = "List the regions and what room they have",
          .description = "Lists every region with what runs there, and how much of its memory and CPU the limits of this "
                         "catalogue's instances reserve. All engines are asked at once, five seconds at most; a region "
                         "that does not answer is listed and says so.",
          .examples = {{"divioctl region list", "for people"},
                       {"divioctl region list --output json | jq '.regions[] | select(.state != \"up\") | .name'",
                        "those that do not answer"}},
          .carry_out = carry_out_region_list};
}

Command region_show_command() {
  return {.name = "region show",
          .group = Group::regions,
          .summary = "Show a region and what runs there",
          .description = "Shows the region's settings, the environments that live there, and what its engine says now.",
          .examples = {{"divioctl region show eu", "by name"}},
          .fields = {NameOptions::fields()},
          .carry_out = carry_out_region_show};
}

Command region_check_command() {
  return {.name = "region check",
          .group = Group::regions,
          .summary = "Check that a region can be used",
          .description = "Asks the region's engine for its version, memory, cores, clock and free disk, measures the round "
                         "trip, and says what it offers. The disk is asked with a short-lived container of the ingress's "
                         "image, if that is there. Exit code 6 if the engine does not answer.",
          .examples = {{"divioctl region check eu", "before the first deployment there"}},
          .fields = {NameOptions::fields()},
          .carry_out = carry_out_region_check};
}

}  // namespace divio::cli
