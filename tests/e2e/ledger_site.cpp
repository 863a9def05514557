#include "e2e/ledger_site.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>

#include "fakes/outcome.hpp"
#include "haproxy/visitor.hpp"
#include "support/text.hpp"

namespace divio::live {
namespace {

constexpr std::string_view of_a_file = "-file";  // how the ids of those end that upload one

}  // namespace

std::vector<std::string> row_lines(const std::string& text) {
  auto lines = split(trim(text), '\n');
  std::erase_if(lines, [](const std::string& line) { return !line.starts_with("row "); });
  std::ranges::sort(lines);
  return lines;
}

void write_ledger(const Site& site) {
  for (const auto& entry : std::filesystem::directory_iterator(DIVIO_SOURCE_DIR "/tests/migration/ledger"))
    site.write(entry.path().filename().string(), file_text(entry.path()));
  site.commit("A ledger");
}

void deploy_ledger(const Site& site) {
  write_ledger(site);
  site.expect(0, {"deploy"});
}

std::vector<std::string> ledger_rows(const Site& site, const std::string& table) {
  return row_lines(site.expect(0, {"service", "shell", "default"}, "\\pset format unaligned\n\\pset tuples_only on\nSELECT 'row ' || id FROM " + table + ";\n").out);
}

// One that holds something else than its own name is another one.
std::vector<std::string> ledger_files(const Site& site, const std::string& folder) {
  return row_lines(site.expect(0, {"exec", "web", "--", "sh", "-c", "cd /data/" + folder + " && grep -H '' $(ls) /dev/null | sed -n 's/^\\(.*\\):\\1$/row \\1/p'"}).out);
}

std::vector<std::string> ledger_names(const Site& site) { return row_lines(site.expect(0, {"service", "shell", "cache"}, "LRANGE entries 0 -1\n").out); }

std::vector<std::string> ledger_records(const Site& site) {
  return row_lines(site.expect(0, {"service", "shell", "records"}, "SELECT CONCAT('row ', id) FROM record;\n").out);
}

void check_every_write_counts(const Site& site, const LedgerWriters& writers, const std::vector<std::string>& others) {
  CHECK_MESSAGE(writers.failures().empty(), writers.failures().size() << " failed, the first: " << writers.failures().front());
  const auto acknowledged = writers.acknowledged();
  CHECK(acknowledged.size() > 300);
  std::vector<std::string> rows;
  std::ranges::merge(acknowledged, others, std::back_inserter(rows));
  const bool same = ledger_rows(site) == rows;
  CHECK_MESSAGE(same, "rows and acknowledged writes differ");
  for (const auto* folder : {"files", "notes"}) {
    const bool same_files = ledger_files(site, folder) == writers.uploaded();
    CHECK_MESSAGE(same_files, "files in " << folder << " and acknowledged writes differ");
  }
  const bool same_names = ledger_names(site) == acknowledged;
  CHECK_MESSAGE(same_names, "what Redis has and acknowledged writes differ");
  const bool same_records = ledger_records(site) == acknowledged;
  CHECK_MESSAGE(same_records, "what MariaDB has and acknowledged writes differ");
}

// Every row that the worker was told is written is there once, whichever region it was in.
void check_ledger_worker(const Site& site) {
  CHECK(ledger_rows(site, "beat").size() > 10);
  CHECK_FALSE(tests::contains(site.expect(0, {"logs", "worker"}).out, "not written"));
}

LedgerWriters::LedgerWriters(const Site& site, Pace pace) : port_(site.port()), pace_(pace) {
  for (int writer = 0; writer < pace.writers; ++writer) threads_.emplace_back([this, writer] { write(writer); });
}

LedgerWriters::~LedgerWriters() { stop(); }

void LedgerWriters::stop() {
  over_ = true;
  for (auto& thread : threads_)
    if (thread.joinable()) thread.join();
}

void LedgerWriters::write(int writer) {
  tests::Visitor visitor;
  static std::atomic<int> sessions = 0;
  const int session = ++sessions;
  for (int number = 0; !over_; ++number) {
    std::this_thread::sleep_for(pace_.between);
    const bool uploads = number % pace_.file_each == 0;
    const auto id = fmt::format("w{}-{}-{}{}", writer, session, number, uploads ? of_a_file : "");
    Answer answer{.asked = Clock::now(), .id = id};
    const auto text = visitor.ask(port_, fmt::format("POST /{}/{} HTTP/1.1\r\nHost: ledger.localhost\r\nContent-Length: 0\r\n\r\n", uploads ? "upload" : "write", id));
    if (text.empty() || visitor.was_sent_away()) visitor.leave();
    answer.came = Clock::now();
    answer.status = text.empty() ? "no answer" : text.substr(0, text.find('\r'));
    answer.success = tests::status_of(text) == 200;
    const std::scoped_lock lock(mutex_);
    successes_ += answer.success ? 1 : 0;
    answers_.push_back(std::move(answer));
  }
}

void LedgerWriters::await_more(int count) {
  const auto so_far = [&] {
    const std::scoped_lock lock(mutex_);
    return successes_;
  };
  const auto wanted = so_far() + static_cast<std::size_t>(count);
  const auto since = Clock::now();
  const bool written = comes_true([&] { return so_far() >= wanted; });
  REQUIRE_MESSAGE(written, "only " << so_far() << " of " << wanted << " writes; " << fared_since(since));
}

std::string LedgerWriters::fared_since(Clock::time_point since) const {
  const std::scoped_lock lock(mutex_);
  Clock::duration slowest{0};
  std::string slowest_status = "none";
  std::map<std::string, int> refused;
  for (const auto& answer : answers_) {
    if (answer.came < since) continue;
    if (answer.came - answer.asked > slowest) {
      slowest = answer.came - answer.asked;
      slowest_status = answer.status;
    }
    if (!answer.success) ++refused[answer.status];
  }
  auto words = fmt::format("slowest answer {:.1f} s ({})", std::chrono::duration<double>(slowest).count(), slowest_status);
  for (const auto& [status, count] : refused) words += fmt::format(", {} x {}", count, status);
  return words;
}

std::vector<std::string> LedgerWriters::failures() const {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> failed;
  for (const auto& answer : answers_)
    if (!answer.success) failed.push_back(answer.id + ": " + answer.status);
  return failed;
}

std::vector<std::string> LedgerWriters::acknowledged() const {
  std::vector<std::string> ids;
  for (const auto& answer : answers_)
    if (answer.success) ids.push_back("row " + answer.id);
  std::ranges::sort(ids);
  return ids;
}

std::vector<std::string> LedgerWriters::uploaded() const {
  auto ids = acknowledged();
  std::erase_if(ids, [](const std::string& id) { return !id.ends_with(of_a_file); });
  return ids;
}

std::chrono::milliseconds LedgerWriters::longest_gap() const {
  Clock::duration longest{0};
  const Answer* last = nullptr;
  for (const auto& answer : answers_) {
    if (!answer.success) continue;
    if (last != nullptr) longest = std::max(longest, answer.came - last->came);
    last = &answer;
  }
  return std::chrono::duration_cast<std::chrono::milliseconds>(longest);
}

}  // namespace divio::live
