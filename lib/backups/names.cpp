#include "backups/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace divio::backups {
namespace {

constexpr std::string_view pattern = "dddddddd-dddddd-xxxx";

bool fits(char wanted, char c) {
  const bool digit = c >= '0' && c <= '9';
  if (wanted == 'd') return digit;
  if (wanted == 'x') return digit || (c >= 'a' && c <= 'f');
  return wanted == c;
}

}  // namespace

std::string backup_id(model::TimePoint now, std::string_view random) {
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(now - day));
  return fmt::format("{:04}{:02}{:02}-{:02}{:02}{:02}-{}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()), time.hours().count(), time.minutes().count(), time.seconds().count(),
                     random.substr(0, 4));
}

bool is_backup_id(std::string_view text) noexcept {
  return text.size() == pattern.size() && std::ranges::equal(pattern, text, fits);
}

Names::Names(std::string_view root, const model::EnvironmentKey& key)
    : base_(fmt::format("{}{}/{}/", root, key.project.str(), key.environment.str())) {}

std::string Names::data(std::string_view id, std::string_view prefix) const { return data(id) + std::string(prefix); }

}  // namespace divio::backups
