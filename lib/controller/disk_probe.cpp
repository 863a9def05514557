#include "controller/disk_probe.hpp"

#include <sstream>

#include "model/labels.hpp"
#include "model/roles.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::controller {
namespace {

constexpr std::uint64_t kilobyte = 1024;

Result<std::string> output_of(ports::Engine& engine, const std::string& container, const std::stop_token& stop) {
  DIVIO_CHECK(engine.containers().start(container));
  DIVIO_TRY(code, engine.containers().wait(container, stop));
  if (code != 0) return fail(ErrorCode::failed, "df failed");
  std::string text;
  const auto take = [&](ports::Output output, std::string_view bytes) {
    if (output == ports::Output::out) text += bytes;
  };
  ports::LogOptions everything;
  DIVIO_CHECK(engine.streams().logs(container, everything, take, stop));
  return text;
}

}  // namespace

std::optional<DiskSpace> parse_df(std::string_view text) {
  const auto lines = split(text, '\n');
  if (lines.size() < 2) return std::nullopt;
  std::istringstream fields(lines[1]);
  std::string device;
  std::uint64_t total = 0, used = 0, available = 0;
  if (!(fields >> device >> total >> used >> available) || total == 0) return std::nullopt;
  return DiskSpace{total * kilobyte, available * kilobyte};
}

std::optional<DiskSpace> probe_disk(Runtime& runtime, const std::string& image, std::stop_token stop) {
  auto& engine = runtime.engine;
  if (!engine.images().inspect(image)) return std::nullopt;
  ports::ContainerSpec spec;
  spec.image = image;
  spec.entrypoint = {"df"};
  spec.command = {"-Pk", "/"};
  spec.labels = {{std::string(model::label::managed), catalogue_of(runtime)},
                 {std::string(model::label::role), std::string(model::role::probe)},
                 {std::string(model::label::region), runtime.region.name.str()}};
  const auto container = engine.containers().create(spec);
  if (!container) return std::nullopt;
  const auto text = output_of(engine, *container, stop);
  // One that stays after all is seen by its labels, and goes with the region.
  static_cast<void>(engine.containers().remove(*container));
  return text ? parse_df(*text) : std::nullopt;
}

}  // namespace divio::controller
