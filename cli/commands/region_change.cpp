// Changing regions: region add, set, drain, remove, apply.
#include "cli/call.hpp"
#include "cli/command.hpp"
#include "cli/consent.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

Result<int> carry_out_region_add(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(region, platform->add_region(call.read<RegionRequest>()));
  return call.answer(region);
}

Result<int> carry_out_region_set(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(region, platform->set_region(call.read<RegionRequest>()));
  return call.answer(region);
}

Result<int> carry_out_region_drain(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(region, platform->drain_region(call.read<RegionDrainRequest>()));
  return call.answer(region);
}

Result<int> carry_out_region_remove(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(removal, platform->remove_region(call.read<RegionRemoveRequest>()));
  return call.answer(removal);
}

Result<int> carry_out_region_apply(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(plan, platform->apply_regions(call.read<RegionApplyRequest>(), call.options().dry_run));
  return call.answer(plan);
}

Result<int> carry_out_region_import(Call& call) {
  const auto request = call.read<RegionImportRequest>();
  DIVIO_TRY(platform, call.platform());
  const Consent consent{.doing = "adopting another catalogue's environments",
                        .question = "This takes over what another catalogue may still look after, and that one is refused from then on.",
                        .word = request.name,
                        .called = "region"};
  if (request.adopt) DIVIO_CHECK(ask_for_consent(call, consent));
  DIVIO_TRY(import, platform->import_region(request, call.operation()));
  return call.answer(import);
}

}  // namespace

Command region_add_command() {
  return {.name = "region add",
          .group = Group::regions,
          .summary = "Add a region: an engine that environments can be deployed to",
          .description =
              "Makes a Docker engine, on this machine or another, known as a region. Over ssh:// the system's ssh is used "
              "with its configuration, agent and known hosts; over tcp:// TLS with --certificates. The engine is asked "
              "whether it answers, and nothing is added if it does not.\n\n"
              "Environments there are found at PROJECT.DOMAIN (PROJECT-ENVIRONMENT.DOMAIN for other environments than "
              "live), where DOMAIN is --domain, whose subdomains should lead to the region. Without it they are "
              "PROJECT.localhost, and `divioctl status` says at which address to ask for that.",
          .examples = {{"divioctl region add eu --endpoint ssh://deploy@eu.example.com --location \"Frankfurt, DE\" "
                        "--domain eu.example.com",
                        "a machine that one can log in to"},
                       {"divioctl region add ch --endpoint tcp://ch.example.com:2376 --certificates ~/.docker/ch --provider exoscale "
                        "--dedicated acme",
                        "over TLS, for one organisation"},
                       {"divioctl region add lab --endpoint unix:///run/lab/docker.sock --ingress-port 8088 --address 10.89.3.2",
                        "a second engine of this machine"}},
          .fields = {wire::fields_of<RegionRequest>()},
          .carry_out = carry_out_region_add};
}

Command region_set_command() {
  return {.name = "region set",
          .group = Group::regions,
          .summary = "Change settings of a region",
          .description = "Changes what is named and leaves the rest; an empty value is the default. The engine of a region "
                         "in which something lives cannot be changed. A new port or domain takes effect at the next "
                         "deployment of each environment there; `divioctl reconcile --all` moves the ingress.",
          .examples = {{"divioctl region set eu --default", "where new environments go"},
                       {"divioctl region set eu --label tier=gold --location \"\"", "a label more, the location away"}},
          .fields = {wire::fields_of<RegionRequest>()},
          .carry_out = carry_out_region_set};
}

Command region_drain_command() {
  return {.name = "region drain",
          .group = Group::regions,
          .summary = "Let a region take no new environments",
          .description = "What lives there goes on and can be deployed, scaled and looked at; new environments are refused.",
          .examples = {{"divioctl region drain eu", "before it is given up"}, {"divioctl region drain eu --undo", "after all"}},
          .fields = {wire::fields_of<RegionDrainRequest>()},
          .carry_out = carry_out_region_drain};
}

Command region_remove_command() {
  return {.name = "region remove",
          .group = Group::regions,
          .summary = "Remove a region in which nothing lives",
          .description = "Removes the region from the catalogue, and its ingress and the images that were built there from "
                         "its engine. Refused while an environment, a kept volume or anything else of this catalogue is "
                         "there. An engine that is gone for good is not asked with --forget. The region local is there by itself: it is "
                         "emptied, and as it was before its first use.",
          .examples = {{"divioctl region remove eu", "when it is empty"},
                       {"divioctl region remove eu --servers", "with the servers that databases shared"},
                       {"divioctl region remove eu --forget", "when its machine is gone"}},
          .fields = {wire::fields_of<RegionRemoveRequest>()},
          .carry_out = carry_out_region_remove};
}

Command region_apply_command() {
  return {.name = "region apply",
          .group = Group::regions,
          .summary = "Make the regions of a file be as it says",
          .description = "Adds and changes the regions that the YAML file names, all of them or none, and prints what "
                         "changed; others stay as they are. Applying it again does nothing. docs/regions.md describes "
                         "the file.",
          .examples = {{"divioctl region apply regions.yaml --dry-run", "what would change"},
                       {"divioctl region apply regions.yaml", "change it"}},
          .fields = {wire::fields_of<RegionApplyRequest>()},
          .plans = true,
          .carry_out = carry_out_region_apply};
}

Command region_import_command() {
  return {.name = "region import",
          .group = Group::regions,
          .summary = "Rebuild a lost catalogue from what a region keeps, or adopt another one's environments",
          .description =
              "Every environment's record is kept on its region's engine: releases, variables, services and settings, with "
              "the secrets sealed. This reads the records of a catalogue that is lost into this one. Nothing on the engine "
              "is changed or restarted, and things there keep the lost catalogue's id.\n\n"
              "The lost catalogue's key, the file 'key' of its folder, opens the secrets and shows that the environments are "
              "yours. Without it, or where the catalogue is somebody else's, say --adopt: it asks, or needs --yes, names the "
              "secrets that cannot be opened, and refuses the other catalogue from then on. docs/recovery.md is the guide.",
          .examples = {{"divioctl region import eu --endpoint ssh://deploy@eu.example.com --key-file backup/key",
                        "the laptop is lost, its key is not"},
                       {"divioctl region import local --adopt --dry-run", "what is there, and which secrets would be lost"}},
          .fields = {wire::fields_of<RegionImportRequest>()},
          .plans = true,
          .carry_out = carry_out_region_import};
}

}  // namespace divio::cli
