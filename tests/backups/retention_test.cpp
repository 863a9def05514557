#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>

#include "backups/names.hpp"
#include "backups/retention.hpp"

using namespace divio;
using namespace divio::backups;
using model::BackupKind;
using model::TimePoint;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

TimePoint at(int year, unsigned month, unsigned day, int hour = 3) {
  return std::chrono::sys_days(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day)) + hours(hour);
}

Kept made(TimePoint time, BackupKind kind = BackupKind::scheduled) {
  return {backup_id(time, kind == BackupKind::scheduled ? "5c4e" : "aa00"), kind, time};
}

void prune(std::vector<Kept>& all, TimePoint now) {
  const auto gone = to_remove(all, now);
  std::erase_if(all, [&](const Kept& one) { return std::ranges::find(gone, one.id) != gone.end(); });
}

bool holds(const std::vector<Kept>& all, TimePoint time) {
  return std::ranges::any_of(all, [&](const Kept& one) { return one.at == time; });
}

}  // namespace

TEST_CASE("after two years of daily backups there are 7 days, 4 weeks and 12 months, each by its newest one") {
  std::vector<Kept> all;
  const auto begin = at(2024, 1, 1);
  for (int day = 0; day < 731; ++day) {
    all.push_back(made(begin + days(day)));
    prune(all, begin + days(day) + minutes(5));
  }
  const auto last = begin + days(730);  // Wednesday, 2025-12-31
  for (int day = 0; day < 7; ++day) CHECK(holds(all, last - days(day)));
  CHECK(holds(all, at(2025, 12, 28)));  // Sundays
  CHECK(holds(all, at(2025, 12, 21)));
  CHECK(holds(all, at(2025, 12, 14)));
  CHECK(holds(all, at(2025, 11, 30)));  // ends of months
  CHECK(holds(all, at(2025, 2, 28)));
  CHECK(holds(all, at(2025, 1, 31)));
  CHECK_FALSE(holds(all, at(2024, 12, 31)));
  CHECK(all.size() == 7 + 2 + 11);
}

TEST_CASE("a pause takes nothing away: what is counted are days, weeks and months that have a backup") {
  std::vector<Kept> all{made(at(2024, 1, 1)), made(at(2024, 1, 2)), made(at(2024, 1, 3))};
  prune(all, at(2026, 6, 1));
  CHECK(all.size() == 3);
}

TEST_CASE("whatever there is, the newest one stays, what stays is among what was there, and doing it again changes nothing") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  const auto now = at(2026, 11, 23);
  for (int round = 0; round < 300; ++round) {
    std::vector<Kept> all;
    const auto count = 1 + random() % 60;
    for (std::size_t i = 0; i < count; ++i)
      all.push_back({"id" + std::to_string(i), static_cast<BackupKind>(random() % 5), now - minutes(random() % 800'000)});
    for (auto& one : all)
      if (one.kind == BackupKind::moved) one.until = one.at + days(random() % 400);
    const auto before = all;
    prune(all, now);
    const auto newest = std::ranges::max(before, {}, &Kept::at);
    CHECK(std::ranges::any_of(all, [&](const Kept& one) { return one.at == newest.at; }));
    std::size_t scheduled = 0;
    for (const auto& one : all) scheduled += one.kind == BackupKind::scheduled;
    CHECK(scheduled <= daily + weekly + monthly);
    for (const auto& one : before)
      if (one.until ? now < *one.until : one.kind != BackupKind::scheduled && now - one.at < on_demand) CHECK(holds(all, one.at));
    for (const auto& one : all) CHECK((!one.until || now < *one.until || one.at == newest.at));
    CHECK(to_remove(all, now).empty());
  }
}

TEST_CASE("backups on demand stay for 30 days, and the newest three however old they are") {
  std::vector<Kept> all;
  for (int day = 0; day < 6; ++day) all.push_back(made(at(2026, 1, 1) + days(day), BackupKind::manual));
  prune(all, at(2026, 11, 1));
  CHECK(all.size() == 3);
  CHECK(holds(all, at(2026, 1, 6)));
  all.push_back(made(at(2026, 10, 20), BackupKind::manual));
  all.push_back(made(at(2026, 10, 21), BackupKind::manual));
  all.push_back(made(at(2026, 10, 22), BackupKind::manual));
  all.push_back(made(at(2026, 10, 23), BackupKind::manual));
  prune(all, at(2026, 11, 1));
  CHECK(all.size() == 4);
}

TEST_CASE("a backup of which it was said until when stays until then, neither longer nor shorter, and takes no other's place") {
  std::vector<Kept> all{made(at(2026, 1, 1), BackupKind::moved), made(at(2026, 1, 2), BackupKind::moved), made(at(2026, 9, 1), BackupKind::moved)};
  for (auto& one : all) one.until = one.at + days(90);
  all[1].until = at(2027, 1, 2);
  all.push_back(made(at(2026, 10, 1)));
  prune(all, at(2026, 11, 29));
  CHECK_FALSE(holds(all, at(2026, 1, 1)));  // though it is among the newest three
  CHECK(holds(all, at(2026, 1, 2)));
  CHECK(holds(all, at(2026, 9, 1)));
  prune(all, at(2026, 11, 30));
  CHECK_FALSE(holds(all, at(2026, 9, 1)));
  CHECK(all.size() == 2);
}

TEST_CASE("a backup is due once a day, also when nobody looked at that time") {
  const Schedule schedule{hours(3)};
  const auto since = at(2026, 11, 20, 12);
  CHECK_FALSE(is_due(schedule, std::nullopt, since, at(2026, 11, 20, 23)));
  CHECK(is_due(schedule, std::nullopt, since, at(2026, 11, 21, 3)));
  CHECK_FALSE(is_due(schedule, at(2026, 11, 21, 3) + minutes(1), since, at(2026, 11, 22, 2)));
  CHECK(is_due(schedule, at(2026, 11, 21, 3) + minutes(1), since, at(2026, 11, 22, 9)));
  CHECK(next_after(schedule, at(2026, 11, 22, 9)) == at(2026, 11, 23, 3));
}

TEST_CASE("a drill does not slip by a day because the last one ended later than its backup began") {
  const Schedule weekly_drill{hours(3), 7};
  const auto passed = at(2026, 11, 1, 3) + minutes(40);
  CHECK(is_drill_due(weekly_drill, std::nullopt, at(2026, 11, 1, 3)));
  CHECK_FALSE(is_drill_due(weekly_drill, passed, at(2026, 11, 7, 3)));
  CHECK(is_drill_due(weekly_drill, passed, at(2026, 11, 8, 3)));
  CHECK_FALSE(is_drill_due({hours(3), 0}, std::nullopt, at(2026, 11, 8, 3)));
  const Schedule daily_drill{hours(3), 1};
  for (auto day = at(2026, 11, 2, 3); day < at(2026, 11, 20, 3); day += days(1)) CHECK(is_drill_due(daily_drill, day - days(1) + hours(2), day));
}

TEST_CASE("ids of backups sort by time, and nothing else passes for one") {
  CHECK(backup_id(at(2026, 11, 23, 6), "4f2a99") == "20261123-060000-4f2a");
  CHECK(is_backup_id("20261123-060000-4f2a"));
  for (const auto* text : {"", "latest", "20261123-060000-4f2", "20261123-060000-4f2g", "../../etc/passwd/aaaa", "20261123-060000-4f2a/"})
    CHECK_FALSE(is_backup_id(text));
}
