// Reading JSON objects key by key, with errors that name the key ("processes[0].port") and never show a value.
// Only for sources that already include nlohmann-json.
#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "divio/result.hpp"
#include "model/time.hpp"
#include "support/try.hpp"

namespace divio::wire {

inline constexpr int format_version = 1;

[[nodiscard]] bool is_utf8(std::string_view text);

// The text of an object with its "version"; nullopt if something in it is not UTF-8.
[[nodiscard]] std::optional<std::string> write_text(nlohmann::json object);

// An object of a version that is known. `noun` names it in the error.
[[nodiscard]] Result<nlohmann::json> read_text(std::string_view text, std::string_view noun);

// One JSON object within a text. Refers to the value it was made from, which must outlive it. A key that is missing or
// null leaves the place as it is; one of another type, or a number out of range, is `invalid`.
class Fields {
 public:
  explicit Fields(const nlohmann::json& object, std::string path = {}) : object_(&object), path_(std::move(path)) {}

  [[nodiscard]] Result<void> read(const std::string& key, std::string& place) const;
  [[nodiscard]] Result<void> read(const std::string& key, bool& place) const;
  [[nodiscard]] Result<void> read(const std::string& key, int& place) const;
  [[nodiscard]] Result<void> read(const std::string& key, std::uint32_t& place) const;
  [[nodiscard]] Result<void> read(const std::string& key, std::uint64_t& place) const;
  [[nodiscard]] Result<void> read(const std::string& key, std::optional<std::uint16_t>& place) const;
  [[nodiscard]] Result<void> read(const std::string& key, std::vector<std::string>& place) const;

  // A whole number of the duration's unit, from 0 to 30 years, which any clock can add to now.
  template <class Period>
  [[nodiscard]] Result<void> read(const std::string& key, std::chrono::duration<std::int64_t, Period>& place) const {
    using Duration = std::chrono::duration<std::int64_t, Period>;
    std::int64_t count = place.count();
    DIVIO_CHECK(read_number(key, count, 0, std::chrono::duration_cast<Duration>(std::chrono::years(30)).count()));
    place = Duration(count);
    return {};
  }

  // The time under `key`, which has to be there.
  [[nodiscard]] Result<model::TimePoint> time(const std::string& key) const;

  // The object under `key`, an empty one if it is missing.
  [[nodiscard]] Result<Fields> object(const std::string& key) const;
  // The objects of the array under `key`, none if it is missing.
  [[nodiscard]] Result<std::vector<Fields>> objects(const std::string& key) const;
  [[nodiscard]] std::vector<std::string> keys() const;

 private:
  [[nodiscard]] const nlohmann::json* find(const std::string& key) const;
  [[nodiscard]] std::string path_of(const std::string& key) const;
  [[nodiscard]] Failure wrong(const std::string& key, std::string_view expected) const;
  [[nodiscard]] Result<void> read_number(const std::string& key, std::int64_t& place, std::int64_t least,
                                         std::int64_t most) const;

  const nlohmann::json* object_;
  std::string path_;
};

}  // namespace divio::wire
