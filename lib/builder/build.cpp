#include "builder/build.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "model/labels.hpp"
#include "model/roles.hpp"
#include "support/ids.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::builder {
namespace {

constexpr std::string_view image_prefix = "divio/";

model::Labels labels_of(const BuildPlan& plan, const BuildOrder& order) {
  return {{std::string(model::label::managed), order.catalogue_id},
          {std::string(model::label::role), std::string(model::role::image)},
          {std::string(model::label::project), order.project.str()},
          {std::string(model::label::build), plan.digest},
          {std::string(model::label::commit), plan.context.revision.commit}};
}

std::string short_commit(const model::Revision& revision) {
  return revision.commit.empty() ? "the working tree" : revision.commit.substr(0, 10);
}

Result<BuiltImage> reuse(const BuildPlan& plan, const Listener& tell) {
  const auto& image = *plan.existing;
  const auto name = usual_name(image);
  if (tell) tell(StepEnded{std::string(build_step), 0, {}, fmt::format("image {} is reused: same code, same settings", name)});
  return BuiltImage{{name, image.id}, plan.context.revision, plan.digest, true};
}

Result<BuiltImage> build_anew(ports::Engine& engine, const BuildPlan& plan, const BuildOrder& order, const Listener& tell,
                              std::stop_token stop) {
  const auto step = std::string(build_step);
  const auto line = [&](std::string_view text) { if (tell) tell(Line{step, std::string(text)}); };
  std::uint64_t sent = 0, told = 0;
  const ports::ArchiveWriter counted = [&](const ports::ByteSink& sink) {
    return plan.context.write([&](std::string_view bytes) {
      sent += bytes.size();
      if (tell && sent - told > (4U << 20)) tell(StepMoved{step, told = sent, plan.context.bytes, "bytes"});
      return sink(bytes);
    });
  };
  const auto began = std::chrono::steady_clock::now();
  auto id = engine.images().build({plan.name, order.settings, labels_of(plan, order), counted}, line, stop);
  StepEnded ended{step, std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(), {}, {}};
  if (!id) ended.error = id.error();
  else ended.note = fmt::format("image {}", plan.name);
  if (tell) tell(ended);
  if (!id) return Failure(id.error());
  return BuiltImage{{plan.name, *id}, plan.context.revision, plan.digest, false};
}

}  // namespace

std::string usual_name(const ports::Image& image) {
  const auto ours = std::ranges::find_if(image.names, [](const auto& name) { return name.starts_with(image_prefix); });
  if (ours != image.names.end()) return *ours;
  return image.names.empty() ? image.id : image.names.front();
}

std::string build_digest(const std::string& context_digest, const model::BuildSettings& settings) {
  // Lengths keep ("ab", "c") and ("a", "bc") apart.
  const auto field = [](const std::string& text) { return fmt::format("{}:{}\n", text.size(), text); };
  std::string all = field(context_digest) + field(settings.dockerfile) + field(settings.target);
  for (const auto& [name, value] : settings.arguments) all += field(name) + field(value);
  return sha256_hex(all);
}

Result<BuildPlan> plan_build(ports::Engine& engine, ports::Source& source, const BuildOrder& order) {
  BuildPlan plan;
  DIVIO_ASSIGN(plan.context, source.context(order.selection));
  plan.digest = build_digest(plan.context.digest, order.settings);
  plan.name = fmt::format("{}{}:{}", image_prefix, order.project.str(), plan.digest.substr(0, 12));
  DIVIO_CHECK(find_existing(engine, plan, order));
  return plan;
}

Result<void> find_existing(ports::Engine& engine, BuildPlan& plan, const BuildOrder& order) {
  DIVIO_TRY(images, engine.images().list({{std::string(model::label::managed), order.catalogue_id},
                                          {std::string(model::label::project), order.project.str()},
                                          {std::string(model::label::build), plan.digest}}));
  const auto newest = std::ranges::max_element(images, {}, &ports::Image::created_at);
  plan.existing = newest == images.end() ? std::nullopt : std::optional(*newest);
  // Releases name their image by id, but an image whose name was taken away is lost to the next `docker image prune`.
  const bool named_already = plan.name.find('-', plan.name.rfind(':')) != std::string::npos;
  if (plan.existing && order.mode == BuildMode::force && !named_already) plan.name += "-" + random_hex(3);
  return {};
}

Result<BuiltImage> build_image(ports::Engine& engine, const BuildPlan& plan, const BuildOrder& order, const Listener& tell,
                               std::stop_token stop) {
  if (tell) {
    for (const auto& warning : plan.context.warnings) tell(Notice{Notice::Level::warning, warning});
    tell(StepBegan{std::string(build_step), fmt::format("build {} from {} ({} files, {})", plan.name,
                                                        short_commit(plan.context.revision), plan.context.files,
                                                        human_bytes(plan.context.bytes))});
  }
  if (order.mode == BuildMode::adopt && !plan.existing)
    return fail(ErrorCode::refused, fmt::format("no image has been built from {} with these settings", short_commit(plan.context.revision)),
                "divioctl build makes one; --build-mode auto builds where it has to");
  if (plan.existing && order.mode != BuildMode::force) return reuse(plan, tell);
  return build_anew(engine, plan, order, tell, std::move(stop));
}

}  // namespace divio::builder
