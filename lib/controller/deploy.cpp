#include "controller/deploy.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "builder/transfer.hpp"
#include "controller/image_source.hpp"
#include "controller/observe.hpp"
#include "controller/outcome.hpp"
#include "controller/pinned_deployment.hpp"
#include "controller/prune.hpp"
#include "controller/release_config.hpp"
#include "controller/rollout.hpp"
#include "controller/service_deployment.hpp"
#include "controller/use_cases.hpp"
#include "model/labels.hpp"
#include "support/try.hpp"

namespace divio::controller {
namespace {

Result<model::Environment> environment_or_new(Runtime& runtime, const Deployment& d) {
  DIVIO_TRY(known, runtime.store.projects().environment(d.key));
  if (!known) return model::Environment{.key = d.key, .region = runtime.region.name};
  if (known->region == runtime.region.name) return std::move(*known);
  // It was made for its variables and is nowhere yet, or somebody else was quicker.
  DIVIO_TRY(releases, runtime.store.releases().releases(d.key));
  if (!releases.empty())
    return fail(ErrorCode::conflict, fmt::format("{} lives in region {} by now", d.key.stem(), known->region.str()),
                "somebody deployed it there at the same time; run the command again");
  known->region = runtime.region.name;
  return std::move(*known);
}

Result<void> remember(Runtime& runtime, const Deployment& d, const model::Environment& environment) {
  DIVIO_CHECK(runtime.store.projects().put_project(
      {d.key.project, d.codebase.file.application, d.codebase.directory, d.codebase.file.organisation}));
  DIVIO_TRY(known, runtime.store.projects().environment(d.key));
  const bool there = known && known->region == environment.region;
  return there ? Result<void>{} : runtime.store.projects().put_environment(environment);
}

Result<model::Release> draft_release(Runtime& runtime, const Deployment& d, const builder::BuiltImage& built,
                                     const Secret& secret_key) {
  DIVIO_TRY(variables, runtime.store.variables().variables(d.key));
  std::vector<int> exposed;
  if (!built.image.id.empty()) {
    DIVIO_TRY(image, runtime.engine.images().inspect(built.image.id));
    exposed = image.exposed_ports;
  }
  const auto branch = built.revision.branch;
  DIVIO_TRY(services, services_after(runtime, d));
  DIVIO_TRY(config, release_config({d.key, d.codebase.file, variables, secret_key, branch, exposed, runtime.region.domain, services}));
  model::Release release{.key = d.key, .image = built.image, .revision = built.revision, .config = std::move(config),
                         .created_at = runtime.clock.now(), .created_by = runtime.holder.person};
  return release;
}

bool same(const model::Release& a, const model::Release& b) {
  return a.image.id == b.image.id && a.config == b.config && a.revision.commit == b.revision.commit;
}

// The release this deployment is about: the one that is wanted already if nothing differs, one that was made by a
// deployment that was cut short, or a new one.
Result<model::Release> find_or_make(Runtime& runtime, OperationRun& run, const model::Environment& environment,
                                    model::Release draft) {
  DIVIO_TRY(wanted, wanted_release(runtime, environment));
  if (wanted && same(*wanted, draft)) return std::move(*wanted);
  DIVIO_TRY(releases, runtime.store.releases().releases(environment.key));
  if (!releases.empty() && releases.front().state == model::ReleaseState::pending && same(releases.front(), draft))
    return std::move(releases.front());
  // What came through a registry for an earlier release is there still.
  const auto pinned = std::ranges::find_if(releases, [&](const auto& one) { return one.image.id == draft.image.id && !one.image.digest.empty(); });
  if (draft.image.digest.empty() && pinned != releases.end()) draft.image.digest = pinned->image.digest;
  DIVIO_ASSIGN(draft.number, runtime.store.releases().add_release(draft));
  DIVIO_CHECK(run.record("release-made", std::to_string(draft.number)));
  return draft;
}

// How the image comes to be in the region.
PlanMade::Stage stage_of(const ImagePlan& plan, const Deployment& d, const std::string& registry) {
  PlanMade::Stage stage{"Build", {}};
  const auto place = d.builder ? " in region " + d.builder->region.name.str() : "";
  if (!plan.reuses()) stage.steps.push_back({std::string(builder::build_step), "build " + plan.build.name + place});
  if (d.builder)
    stage.steps.push_back({std::string(builder::transfer_step),
                           fmt::format("bring {} from region {}{}", plan.build.name, d.builder->region.name.str(),
                                       registry.empty() ? "" : " through " + registry)});
  return stage;
}

Result<RolloutOutcome> plan_deployment(Runtime& runtime, const Deployment& d) {
  DIVIO_TRY(environment, environment_or_new(runtime, d));
  DIVIO_TRY(image_plan, plan_image(runtime, d));
  const auto& build_plan = image_plan.build;
  builder::BuiltImage built{{build_plan.name, ""}, build_plan.context.revision, build_plan.digest, false};
  const bool reuse = image_plan.in_region;
  if (reuse) built = {{builder::usual_name(*build_plan.existing), build_plan.existing->id}, build_plan.context.revision,
                      build_plan.digest, true};
  DIVIO_TRY(before, wanted_release(runtime, environment));
  // A dry run makes no key; the one in force is what the release would get.
  const auto known_key = before ? before->config.variables.find("SECRET_KEY") : model::Variables::iterator{};
  const auto secret_key = before && known_key != before->config.variables.end() ? known_key->second.value : Secret();
  auto draft = draft_release(runtime, d, built, secret_key);
  if (!draft && !reuse) {  // the port may be one that the image, not built yet, exposes
    auto with_port = d;
    for (auto& process : with_port.codebase.file.processes)
      if (process.name.str() == "web" && !process.port) process.port = 80;
    draft = draft_release(runtime, with_port, built, secret_key);
  }
  if (!draft) return Failure(draft.error());
  DIVIO_TRY(releases, runtime.store.releases().releases(d.key));
  draft->number = releases.empty() ? 1 : releases.front().number + 1;
  const bool unchanged = before && same(*before, *draft) && !environment.stopped;
  Change change{environment, before, environment, {}, !unchanged};
  change.want(unchanged ? *before : *draft);
  change.after.stopped = false;
  DIVIO_ASSIGN(change.made, services_after(runtime, d));
  DIVIO_TRY(seen, observe(runtime, d.key));
  DIVIO_TRY(plan, plan_change(runtime, change, seen));
  auto outcome = outcome_of(runtime, change.release_after, plan, "");
  outcome.reused = image_plan.reuses();
  if (!reuse) outcome.plan.stages.insert(outcome.plan.stages.begin(), stage_of(image_plan, d, runtime.region.registry));
  return outcome;
}

}  // namespace

Result<RolloutOutcome> roll_out_release(Runtime& runtime, OperationRun& run, const model::Environment& environment,
                                        const model::Release& release) {
  DIVIO_TRY(before, wanted_release(runtime, environment));
  const bool first_time = release.state == model::ReleaseState::pending;
  Change change{environment, before, environment, {}, first_time};
  change.want(release);
  change.after.stopped = false;
  auto plan = roll_out(runtime, run, change);
  if (!plan) {
    // Cut short by a stop it may be gone on with; what failed by itself would fail again.
    if (first_time && plan.error().code == ErrorCode::failed)
      DIVIO_CHECK(runtime.store.releases().set_release_state(environment.key, release.number, model::ReleaseState::failed,
                                                             plan.error().message));
    return Failure(plan.error());
  }
  auto outcome = outcome_of(runtime, release, *plan, run.id());
  if (plan->empty()) return outcome;
  outcome.outcome = "deployed";
  prune_images(runtime, runtime.engine.images(), run, environment.key.project);
  return outcome;
}

Result<RolloutOutcome> carry_out_deployment(Runtime& runtime, OperationRun& run, const Deployment& d, const Call& call) {
  DIVIO_TRY(environment, environment_or_new(runtime, d));
  DIVIO_CHECK(remember(runtime, d, environment));
  DIVIO_CHECK(remember_services(runtime, run, d));
  DIVIO_TRY(built, obtain_image(runtime, run, d, call));
  DIVIO_TRY(secret_key, runtime.store.variables().secret_key(d.key));
  DIVIO_TRY(draft, draft_release(runtime, d, built, secret_key));
  DIVIO_TRY(release, find_or_make(runtime, run, environment, std::move(draft)));
  DIVIO_TRY(outcome, roll_out_release(runtime, run, environment, release));
  if (d.builder && !built.reused && outcome.outcome == "deployed") prune_images(runtime, d.builder->engine->images(), run, d.key.project);
  outcome.reused = built.reused;
  return outcome;
}

Result<BuildOutcome> build(Runtime& runtime, const Deployment& d, const Call& call) {
  DIVIO_TRY(run, OperationRun::begin(runtime, model::OperationKind::build, d.key, d.request_json, call));
  auto built = obtain_image(runtime, *run, d, call);
  const auto outcome = built ? model::Outcome::succeeded : model::Outcome::failed;
  DIVIO_CHECK(run->end(outcome, built ? built->image.name : built.error().message));
  if (!built) return Failure(built.error());
  return BuildOutcome{run->id(), built->image.name, built->image.id, built->revision.commit, built->reused};
}

Result<RolloutOutcome> deploy(Runtime& runtime, const Deployment& deployment, const Call& call) {
  if (call.dry_run) return plan_deployment(runtime, deployment);
  DIVIO_TRY(d, pinned(deployment));
  DIVIO_TRY(run, OperationRun::begin(runtime, model::OperationKind::deploy, d.key, d.request_json, call));
  return conclude(*run, carry_out_deployment(runtime, *run, d, call));
}

}  // namespace divio::controller
