// How a lease on an environment is visible on the engine itself, to other catalogues that use the same engine: volumes
// that hold nothing, and say in their labels who changes what. Pure.
//
// A mark stands for 15 s by the engine's clock: the newest mark tells what time it is there. It is renewed by making
// another one. Whoever wants the lease makes a mark first and looks then; of two that do so at once at least one sees the
// other, and gives way. The marks of a catalogue are its own business: its leases keep its processes apart.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/labels.hpp"
#include "model/names.hpp"
#include "ports/engine.hpp"

namespace divio::controller {

struct LeaseMark {
  model::EnvironmentKey key;
  std::string catalogue;
  std::string person;  // "anna@laptop"
  std::string reason;  // "deploy, operation 01ABC"
};

[[nodiscard]] model::Labels labels_of(const LeaseMark& mark);

// What the marks of one environment carry, whoever made them.
[[nodiscard]] model::Labels lease_labels(const model::EnvironmentKey& key);

// The name of a new mark: "divio-lease-shop-live-0123456789abcdef".
[[nodiscard]] std::string new_mark_name(const model::EnvironmentKey& key);

// The mark of another catalogue that stands at the time at which `mine` was made; nullopt if there is none.
[[nodiscard]] std::optional<ports::Volume> mark_of_another(const std::vector<ports::Volume>& marks,
                                                           const ports::Volume& mine, const std::string& catalogue);

// Marks that can go: those of this catalogue but `mine`, and those of others that ended more than a minute ago.
[[nodiscard]] std::vector<std::string> marks_to_remove(const std::vector<ports::Volume>& marks, const ports::Volume& mine,
                                                       const std::string& catalogue);

// "shop-live is being changed by anna@laptop (deploy, operation 01ABC), from another catalogue"
[[nodiscard]] Error held_by(const ports::Volume& mark, const model::EnvironmentKey& key);

}  // namespace divio::controller
