// A close look at one region: what its engine is and has, and what may be wrong with it.
#include <fmt/format.h>

#include <cmath>

#include "controller/disk_probe.hpp"
#include "platform/little_room.hpp"
#include "platform/places.hpp"
#include "platform/region_views.hpp"
#include "services/blueprints.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio {
namespace {

constexpr double much_skew = 2;  // seconds: leases and logs of several machines are compared

using Level = Finding::Level;

void add_engine(RegionCheckView& view, const ports::EngineInfo& info) {
  view.engine = info.name;
  view.version = info.version;
  view.api_version = info.api_version;
  view.architecture = info.architecture;
  view.operating_system = info.operating_system;
  view.cores = info.cores;
  view.memory_bytes = info.memory_bytes;
  view.clock_ahead_seconds = static_cast<double>(info.clock_ahead.count()) / 1000;
  view.round_trip_seconds = static_cast<double>(info.round_trip.count()) / 1'000'000;
}

void add_disk(RegionCheckView& view, controller::Runtime& runtime, const std::string& image, const std::stop_token& stop) {
  const auto disk = controller::probe_disk(runtime, image, stop);
  if (!disk) return;
  view.disk_bytes = disk->bytes;
  view.disk_free_bytes = disk->free_bytes;
}

// What it says of the ingress; a finding where that is bad.
void add_ingress(RegionCheckView& view, controller::Runtime& runtime) {
  const auto state = runtime.ingress.state();
  if (!state) {
    view.ingress = "unknown";
    view.findings.push_back({Level::bad, "ingress", state.error().message, state.error().hint});
    return;
  }
  view.ingress = !state->present   ? "none yet; the first deployment makes it"
                 : !state->running ? "does not run"
                                   : fmt::format("runs on port {}", runtime.region.http_port);
  if (state->present && !state->running)
    view.findings.push_back({Level::bad, "ingress", "it does not run", "divioctl reconcile --all"});
  else if (state->present && !state->current)
    view.findings.push_back({Level::warning, "ingress", "it is not as this version of divioctl and the region's settings want it",
                             "divioctl reconcile --all"});
}

// An image that cannot be asked for is one that is not there.
void add_services(RegionCheckView& view, controller::Runtime& runtime) {
  for (const auto& type : services::blueprints())
    for (const auto& version : type.versions) {
      const auto image = services::image_in(runtime.region, type, version);
      view.services.push_back({std::string(model::to_string(type.type)), std::string(version), image,
                               runtime.engine.images().inspect(image).has_value()});
    }
}

void judge(RegionCheckView& view, const model::Region& region) {
  const auto warn = [&](const char* subject, std::string text, std::string hint) {
    view.findings.push_back({Level::warning, subject, std::move(text), std::move(hint)});
  };
  if (std::abs(view.clock_ahead_seconds) > much_skew)
    warn("clock", fmt::format("the engine's clock is {} {} this computer's", human_seconds(std::abs(view.clock_ahead_seconds)),
                              view.clock_ahead_seconds > 0 ? "ahead of" : "behind"),
         "let both be set over the network (NTP)");
  if (view.memory_bytes < little_memory)
    warn("memory", human_bytes(view.memory_bytes) + " is little", "deployments run the old and the new instances side by side");
  if (view.disk_bytes != 0 && view.disk_free_bytes < little_disk)
    warn("disk", human_bytes(view.disk_free_bytes) + " are left", fmt::format("make room: docker -H {} system df", region.endpoint));
  if (region.draining) warn("draining", "the region takes no new environments", fmt::format("divioctl region drain {} --undo", region.name.str()));
}

Result<void> look_closely(PlatformParts& parts, const model::RegionName& name, const std::stop_token& stop,
                          RegionCheckView& view) {
  DIVIO_TRY(runtime, parts.runtime(name));
  view.endpoint = runtime->region.endpoint;
  DIVIO_TRY(info, runtime->engine.info());
  add_engine(view, info);
  view.builds = parts.wiring.builds(info);
  add_disk(view, *runtime, parts.wiring.ingress_image, stop);
  add_ingress(view, *runtime);
  add_services(view, *runtime);
  judge(view, runtime->region);
  return {};
}

}  // namespace

Result<RegionCheckView> Platform::check_region(const std::string& name, std::stop_token stop) {
  DIVIO_TRY(region, stored_region(*parts_, name));
  RegionCheckView view;
  view.name = region.name.str();
  view.endpoint = region.endpoint;
  const auto looked = look_closely(*parts_, region.name, stop, view);
  view.usable = looked.has_value();
  if (!looked) {
    view.error = looked.error();
    view.findings.push_back({Level::bad, "engine", view.error.message, view.error.hint});
  }
  return view;
}

}  // namespace divio
