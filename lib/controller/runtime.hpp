// What use cases act on: the ports of one region, and how a call wants to be carried out.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "divio/events.hpp"
#include "media/place.hpp"
#include "model/environment.hpp"
#include "model/operation.hpp"
#include "model/project_file.hpp"
#include "model/service.hpp"
#include "ports/clock.hpp"
#include "ports/engine.hpp"
#include "ports/ingress.hpp"
#include "ports/source.hpp"
#include "ports/store.hpp"
#include "services/operations.hpp"

namespace divio::controller {

// Gets at a bucket with a key pair. invalid for what is none; the storage is not asked yet.
using OpenBucket = std::function<Result<std::shared_ptr<ports::ObjectStorage>>(const model::Bucket&, const std::string& access_key,
                                                                               const Secret& secret_key)>;

// References only: whoever makes it keeps the parts alive. Safe to use from several threads, as its parts are.
struct Runtime {
  ports::Engine& engine;
  ports::Ingress& ingress;
  ports::Store& store;
  ports::Clock& clock;
  model::Region region;
  model::Holder holder;
  services::Operations services = {};  // empty where no environment has any
  media::Programs programs = {};       // empty where no environment has media
  OpenBucket open_bucket = {};         // empty where no environment has media in S3
  model::Generations generations = {}; // the instances that there are for whoever uses this
};

// The catalogue whose label things in a region carry: this one, or the one that the region was imported from.
[[nodiscard]] inline const std::string& catalogue_of(const ports::Store& store, const model::Region& region) {
  return region.catalogue.empty() ? store.catalogue_id() : region.catalogue;
}
[[nodiscard]] inline const std::string& catalogue_of(const Runtime& runtime) {
  return catalogue_of(runtime.store, runtime.region);
}

struct Call {
  Listener listener;
  std::stop_token stop;
  std::chrono::milliseconds lock_wait{0};
  std::chrono::milliseconds timeout{0};
  bool dry_run = false;
  bool without_engine = false;  // it is gone for good: nobody there can be shown who is at it
};

// A project as its codebase describes it, at the state that is meant.
struct Codebase {
  std::string directory;
  model::ProjectFile file;
  ports::Source* source = nullptr;
  ports::SourceSelection selection;
  std::string branch = {};  // by which a commit that is selected was found; empty: as the source says
};

}  // namespace divio::controller
