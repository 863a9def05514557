#include "controller/image_source.hpp"

#include <fmt/format.h>

#include <array>

#include "builder/registry.hpp"
#include "builder/transfer.hpp"
#include "controller/build_queue.hpp"
#include "support/try.hpp"

namespace divio::controller {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::chrono::milliseconds, 3> pauses{200ms, 1s, 4s};

builder::BuildOrder order_of(Runtime& runtime, const Deployment& d) {
  return {d.key.project, catalogue_of(runtime), d.codebase.file.build, d.codebase.selection, d.request.mode};
}

// The builder as a region of its own, as far as building goes.
Runtime at_builder(Runtime& runtime, const Builder& builder) {
  return {*builder.engine, runtime.ingress, runtime.store, runtime.clock, builder.region, runtime.holder};
}

Result<std::string> architecture_of(ports::Engine& engine) {
  DIVIO_TRY(info, engine.info());
  return std::move(info.architecture);
}

Result<void> check_architecture(Runtime& runtime, const Builder& builder) {
  DIVIO_TRY(here, architecture_of(runtime.engine));
  DIVIO_TRY(there, architecture_of(*builder.engine));
  if (here == there) return {};
  return fail(ErrorCode::refused,
              fmt::format("what region {} builds is for {}, and region {} runs {}", builder.region.name.str(), there,
                          runtime.region.name.str(), here),
              fmt::format("choose a builder for {} with --builder, or let the region build for itself: --builder {}", here,
                          runtime.region.name.str()));
}

// Again where a connection broke.
template <class Act>
auto persistently(Runtime& runtime, OperationRun& run, Act act) -> decltype(act()) {
  for (auto pause = pauses.begin();; ++pause) {
    auto there = act();
    if (there) return there;
    if (there.error().code == ErrorCode::cancelled) return Failure(run.stop_reason());
    if (there.error().code != ErrorCode::unreachable || pause == pauses.end()) return there;
    run.tell(Notice{Notice::Level::warning, fmt::format("{}; trying again", there.error().message)});
    if (!runtime.clock.sleep(*pause, run.stop())) return Failure(run.stop_reason());
  }
}

Result<builder::Arrival> bring(Runtime& runtime, OperationRun& run, const builder::Transfer& transfer) {
  const Listener tell = [&run](const Event& event) { run.tell(event); };
  return persistently(runtime, run, [&] { return builder::transfer_image(transfer, tell, run.stop()); });
}

Result<builder::BuiltImage> build_elsewhere(Runtime& runtime, OperationRun& run, const Deployment& d, const ImagePlan& plan,
                                            const Call& call) {
  DIVIO_CHECK(check_architecture(runtime, *d.builder));
  auto elsewhere = at_builder(runtime, *d.builder);
  const Listener tell = [&run](const Event& event) { run.tell(event); };
  DIVIO_TRY(built, build_in_queue(elsewhere, plan.build, order_of(runtime, d), tell, run, call));
  DIVIO_CHECK(run.record("step-began", std::string(builder::transfer_step)));
  const auto& registry = runtime.region.registry;
  const auto repository = registry.empty() ? "" : fmt::format("{}/{}", registry, d.key.project.str());
  const auto route = fmt::format("from region {} to region {}{}", d.builder->region.name.str(), runtime.region.name.str(),
                                 registry.empty() ? "" : " through " + registry);
  DIVIO_TRY(there, bring(runtime, run, {d.builder->engine->images(), runtime.engine.images(), built.image.id, built.image.name, route, repository}));
  DIVIO_CHECK(run.record("step-ended", std::string(builder::transfer_step)));
  built.image.id = there.image.id;
  built.image.digest = there.digest;
  return built;
}

}  // namespace

Result<ImagePlan> plan_image(Runtime& runtime, const Deployment& d) {
  const auto order = order_of(runtime, d);
  ImagePlan plan;
  DIVIO_ASSIGN(plan.build, builder::plan_build(runtime.engine, *d.codebase.source, order));
  if (!d.codebase.branch.empty()) plan.build.context.revision.branch = d.codebase.branch;
  const bool anew = order.mode == BuildMode::force;
  plan.in_region = plan.build.existing && !anew;
  if (plan.in_region || !d.builder) return plan;
  DIVIO_CHECK(builder::find_existing(*d.builder->engine, plan.build, order));
  plan.at_builder = plan.build.existing && !anew;
  return plan;
}

Result<builder::BuiltImage> obtain_image(Runtime& runtime, OperationRun& run, const Deployment& d, const Call& call) {
  DIVIO_TRY(plan, plan_image(runtime, d));
  DIVIO_CHECK(run.record("step-began", std::string(builder::build_step)));
  const Listener tell = [&run](const Event& event) { run.tell(event); };
  auto built = d.builder && !plan.in_region ? build_elsewhere(runtime, run, d, plan, call)
                                            : build_in_queue(runtime, plan.build, order_of(runtime, d), tell, run, call);
  if (built) DIVIO_CHECK(run.record("step-ended", std::string(builder::build_step)));
  return built;
}

Result<bool> has_to_pull(Runtime& runtime, const model::Release& release) {
  if (release.image.digest.empty()) return false;
  const auto there = runtime.engine.images().inspect(release.image.id);
  if (!there && there.error().code != ErrorCode::not_found) return Failure(there.error());
  return !there;
}

Result<void> ensure_image(Runtime& runtime, OperationRun& run, const model::Release& release) {
  DIVIO_TRY(pulls, has_to_pull(runtime, release));
  if (!pulls) return {};
  const auto& image = release.image;
  auto& images = runtime.engine.images();
  const Listener tell = [&run](const Event& event) { run.tell(event); };
  run.tell(StepBegan{std::string(builder::transfer_step), "pull " + image.digest});
  const auto began = runtime.clock.now();
  const auto pulled = persistently(runtime, run, [&] { return builder::pull_pinned(images, image, tell, run.stop()); });
  StepEnded ended{std::string(builder::transfer_step), std::chrono::duration<double>(runtime.clock.now() - began).count(), {}, {}};
  if (!pulled) ended.error = pulled.error();
  run.tell(ended);
  if (!pulled) return Failure(pulled.error());
  return {};
}

}  // namespace divio::controller
