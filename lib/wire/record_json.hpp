// The form of an environment's record: JSON that anybody may read, and its secrets apart. Versions and errors are as in
// release_json.hpp. Pure, safe from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "divio/result.hpp"
#include "divio/secret.hpp"
#include "model/record.hpp"

namespace divio::wire {

struct RecordTexts {
  std::string open;  // with null where a secret is
  Secret secrets;    // values by their places in `open`; to be sealed
};

struct ReadRecord {
  model::EnvironmentRecord record;
  std::vector<std::string> lost;  // secrets that were not given, by name: "variable API_KEY", "password of service default"
};

// `invalid` if something in it is not UTF-8.
[[nodiscard]] Result<RecordTexts> write_record(const model::EnvironmentRecord& record);

// Without secrets everything else is read: what is lost is not in the record, and a service without its password has no
// login either.
[[nodiscard]] Result<ReadRecord> read_record(std::string_view open, const std::optional<Secret>& secrets);

}  // namespace divio::wire
