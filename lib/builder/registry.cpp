#include "builder/registry.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "support/try.hpp"

namespace divio::builder {
namespace {

std::function<void(std::string_view)> lines_to(const Listener& tell) {
  return [&tell](std::string_view line) { if (tell) tell(Line{std::string(transfer_step), std::string(line)}); };
}

// "divio/shop:3f2a..." -> "3f2a..."
std::string tag_of(const std::string& name) { return name.substr(name.rfind(':') + 1); }

// The digest by which the registry has it.
Result<std::string> push(const Transfer& transfer, const ports::Image& image, const Listener& tell, const std::stop_token& stop) {
  const auto name = fmt::format("{}:{}", transfer.registry, tag_of(transfer.name));
  Result<std::string> digest = fail(ErrorCode::bug, "not pushed");
  // Another deployment may carry the same image, and take the name away that both gave it.
  for (int attempt = 0; attempt < 2 && !digest && !stop.stop_requested(); ++attempt) {
    DIVIO_CHECK(transfer.from.tag(image.id, name));
    digest = transfer.from.push(name, lines_to(tell), stop);
    if (!digest && digest.error().code != ErrorCode::not_found) break;
  }
  // One that stays is removed with the image's other names.
  (void)transfer.from.remove(name);
  if (stop.stop_requested() && !digest) return fail(ErrorCode::cancelled, fmt::format("cancelled: push image '{}'", name));
  return digest;
}

}  // namespace

bool same_image(const ports::Image& one, const ports::Image& other) {
  return one.id == other.id || (!one.layers.empty() && one.layers == other.layers && one.labels == other.labels);
}

Result<ports::Image> pull_pinned(ports::Images& engine, const model::ImageReference& image, const Listener& tell,
                                 const std::stop_token& stop) {
  DIVIO_CHECK(engine.pull(image.digest, lines_to(tell), stop));
  DIVIO_TRY(there, engine.inspect(image.digest));
  if (std::ranges::find(there.names, image.name) == there.names.end()) DIVIO_CHECK(engine.tag(there.id, image.name));
  // Its usual name is all that pruning has to find.
  DIVIO_CHECK(engine.remove(image.digest));
  return there;
}

Result<Arrival> carry_through_registry(const Transfer& transfer, const ports::Image& image, const Listener& tell,
                                       const std::stop_token& stop) {
  DIVIO_TRY(digest, push(transfer, image, tell, stop));
  if (tell) tell(StepMoved{std::string(transfer_step), 1, 2, "steps"});
  const model::ImageReference wanted{transfer.name, image.id, fmt::format("{}@{}", transfer.registry, digest)};
  DIVIO_TRY(there, pull_pinned(transfer.to, wanted, tell, stop));
  if (!same_image(image, there)) {
    (void)transfer.to.remove(transfer.name);
    return fail(ErrorCode::refused, fmt::format("{} is not the image that was built", wanted.digest),
                "see whether the registry, or something on the way to it, changes images");
  }
  if (tell) tell(StepMoved{std::string(transfer_step), 2, 2, "steps"});
  return Arrival{std::move(there), wanted.digest};
}

}  // namespace divio::builder
