// The data of databases and caches: read while they serve, and put in place of what they hold.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "controller/services.hpp"
#include "divio/views.hpp"
#include "model/operation.hpp"

namespace divio::controller {

// Writes one consistent state of an instance into `sink`, a piece at a time. It is whole only if this succeeds.
[[nodiscard]] Result<void> dump_data(Runtime& runtime, const model::ServiceInstance& instance, std::stop_token stop,
                                     const ports::ByteSink& sink);

// Puts a dump in place of all that the instance holds; services::restore() says what serves meanwhile. Its environment's
// lease has to be held.
[[nodiscard]] Result<void> restore_data(Runtime& runtime, const model::ServiceInstance& instance, std::stop_token stop,
                                        const ports::ArchiveWriter& archive);

// What tells whether the instance holds a whole copy (services/evidence.hpp).
[[nodiscard]] Result<model::Evidence> look_at_copy(Runtime& runtime, const model::ServiceInstance& instance, std::stop_token stop);

// Where data comes from.
struct DataSource {
  std::string name;                                                               // "live", "file shop.dump"
  std::function<Result<void>(const ports::ByteSink&, std::stop_token)> write = {};  // once
};
using DataSources = std::map<std::string, DataSource>;  // by the prefix of the service that gets it, or model::volume_entry()

// A change that puts data in place of what services and volumes of an environment hold.
struct DataChange {
  model::OperationKind kind = model::OperationKind::data_push;
  model::EnvironmentKey key;
  DataSources sources;
  std::string request;  // for the journal
};

// The services go on side by side; each has either all of its new data afterwards or what services::restore() promises.
[[nodiscard]] Result<RolloutOutcome> replace_data(Runtime& runtime, const DataChange& change, const Call& call);

// Goes on with one that was cut short: from the beginning, which does no harm.
[[nodiscard]] Result<RolloutOutcome> resume_data(Runtime& runtime, const model::Operation& operation, const DataChange& change,
                                                 const Call& call);

}  // namespace divio::controller
