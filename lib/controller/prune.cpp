#include "controller/prune.hpp"

#include "builder/prune.hpp"
#include "model/labels.hpp"
#include "support/try.hpp"

namespace divio::controller {
namespace {

Result<std::vector<std::string>> find_removable(Runtime& runtime, ports::Images& engine, const model::ProjectName& project) {
  std::set<std::string> keep, released;
  DIVIO_TRY(environments, runtime.store.projects().environments(project));
  for (const auto& environment : environments) {
    DIVIO_TRY(releases, runtime.store.releases().releases(environment.key));
    keep.merge(builder::images_to_keep(releases));
    for (const auto& release : releases) released.insert(release.image.id);
  }
  DIVIO_TRY(images, engine.list({{std::string(model::label::managed), catalogue_of(runtime)},
                                {std::string(model::label::project), project.str()}}));
  return builder::images_to_remove(images, keep, released, runtime.clock.now());
}

}  // namespace

void prune_images(Runtime& runtime, ports::Images& engine, OperationRun& run, const model::ProjectName& project) {
  const auto removable = find_removable(runtime, engine, project);
  if (!removable) {
    run.tell(Notice{Notice::Level::warning, "old images were not removed: " + removable.error().message});
    return;
  }
  for (const auto& name : *removable) {
    const auto removed = engine.remove(name);
    if (!removed && removed.error().code != ErrorCode::conflict)
      run.tell(Notice{Notice::Level::warning, "image " + name + " was not removed: " + removed.error().message});
  }
}

}  // namespace divio::controller
