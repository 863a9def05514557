#include "controller/image_probe.hpp"

#include "model/labels.hpp"
#include "model/roles.hpp"
#include "support/try.hpp"

namespace divio::controller {
namespace {

Result<std::string> output_of(ports::Engine& engine, const std::string& container, const std::stop_token& stop) {
  DIVIO_CHECK(engine.containers().start(container));
  DIVIO_TRY(code, engine.containers().wait(container, stop));
  if (code != 0) return fail(ErrorCode::failed, "the command failed");
  std::string text;
  const auto take = [&](ports::Output output, std::string_view bytes) {
    if (output == ports::Output::out) text += bytes;
  };
  ports::LogOptions everything;
  DIVIO_CHECK(engine.streams().logs(container, everything, take, stop));
  return text;
}

}  // namespace

std::optional<std::string> ask_image(Runtime& runtime, const std::string& image, const std::vector<std::string>& command, std::stop_token stop) {
  auto& engine = runtime.engine;
  if (command.empty() || !engine.images().inspect(image)) return std::nullopt;
  ports::ContainerSpec spec;
  spec.image = image;
  spec.entrypoint = {command.front()};
  spec.command = {command.begin() + 1, command.end()};
  spec.labels = {{std::string(model::label::managed), catalogue_of(runtime)},
                 {std::string(model::label::role), std::string(model::role::probe)},
                 {std::string(model::label::region), runtime.region.name.str()}};
  const auto container = engine.containers().create(spec);
  if (!container) return std::nullopt;
  const auto text = output_of(engine, *container, stop);
  // One that stays after all is seen by its labels, and goes with the region.
  static_cast<void>(engine.containers().remove(*container));
  return text ? std::optional(*text) : std::nullopt;
}

}  // namespace divio::controller
