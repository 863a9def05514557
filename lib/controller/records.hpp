// What a catalogue knows of an environment, kept on the region's engine: a volume that holds nothing and has the record in
// its labels, which cannot be changed, so that a new one takes the old one's place. Secrets in it are sealed with the
// catalogue's key; the rest can be read by anybody who may use the engine, as it can be seen from the containers anyway.
//
// Writing the same record again does nothing, so what a crash left behind is mended by the next change or reconcile.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/runtime.hpp"
#include "model/record.hpp"

namespace divio::controller {

struct RecordVolume {
  std::string name;  // "divio-record-shop-live-0123456789abcdef": another one for another content; a number is added to it
  model::Labels labels;
};

// The label that counts an environment's records.
inline constexpr std::string_view record_sequence = "divio.record-sequence";

// What there is to record; nullopt for an environment that is gone or was never deployed.
[[nodiscard]] Result<std::optional<model::EnvironmentRecord>> record_of(Runtime& runtime, const model::EnvironmentKey& key);

// The volume for a record. `invalid` if it holds what is not UTF-8.
[[nodiscard]] Result<RecordVolume> record_volume(const Runtime& runtime, const model::EnvironmentRecord& record);

// The newest of some records of one environment, by their numbers and then by name, so that everybody finds the same one;
// nullptr if there is none. The engine's times are of no use: they are whole seconds.
[[nodiscard]] const ports::Volume* newest_record(const std::vector<ports::Volume>& volumes);

// What a record volume says under a label; empty if nothing.
[[nodiscard]] std::string record_label(const ports::Volume& volume, std::string_view name);

// Whose environment it is, and who looks after its record.
struct RecordKeeper {
  model::EnvironmentKey key;
  std::string of;    // the catalogue whose label the environment's things carry
  std::string self;  // this catalogue
  bool take = false; // another keeper's record too
};
[[nodiscard]] RecordKeeper keeper_of(const Runtime& runtime, const model::EnvironmentKey& key);

// Makes `wanted` the environment's record; none at all for nullopt. Leaves a record alone that another catalogue keeps by
// now. It needs nothing but the engine.
[[nodiscard]] Result<void> put_record(ports::Volumes& volumes, const RecordKeeper& keeper, const std::optional<RecordVolume>& wanted);

// Both together: looks in the catalogue and puts. `kept` is the name of the volume that was put before, if it was: when
// nothing has changed since, the engine is not asked. Gives the name now.
[[nodiscard]] Result<std::string> keep_record(Runtime& runtime, const RecordKeeper& keeper, const std::string& kept = {});

// Refused when another catalogue has taken the environment over.
[[nodiscard]] Result<void> check_keeper(Runtime& runtime, const model::EnvironmentKey& key);

}  // namespace divio::controller
