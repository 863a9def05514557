#include "model/volume.hpp"

#include <fmt/format.h>

namespace divio::model {
namespace {

constexpr std::string_view before_volume = "volume-";  // '-' is in no prefix

std::string with_noun(std::string_view entry, std::string_view quote) {
  const auto volume = volume_of_entry(entry);
  return fmt::format("{0} {1}{2}{1}", volume.empty() ? "service" : "volume", quote, volume.empty() ? entry : volume);
}

}  // namespace

std::string volume_entry(std::string_view volume) { return fmt::format("{}{}", before_volume, volume); }

std::string volume_of_entry(std::string_view entry) {
  return std::string(entry.starts_with(before_volume) ? entry.substr(before_volume.size()) : std::string_view());
}

std::string named(std::string_view entry) { return with_noun(entry, ""); }
std::string called(std::string_view entry) { return with_noun(entry, "'"); }

}  // namespace divio::model
