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

const char* name_of(Store store) {
  constexpr const char* names[] = {"rows", "files", "names", "records"};
  return names[static_cast<std::size_t>(store)];
}

std::vector<std::string> held_in(const Site& site, Store store) {
  switch (store) {
    case Store::rows: return ledger_rows(site);
    case Store::files: return ledger_files(site, "files");
    case Store::names: return ledger_names(site);
    case Store::records: return ledger_records(site);
  }
  return {};
}

Told operator+(Told one, const Told& other) {
  for (auto list : {&Told::written, &Told::refused, &Told::unknown}) {
    (one.*list).insert((one.*list).end(), (other.*list).begin(), (other.*list).end());
    std::ranges::sort(one.*list);
  }
  return one;
}

void check_promise(const std::string& where, const Told& told, const std::vector<std::string>& held) {
  std::vector<std::string> lost, wrong;
  std::ranges::set_difference(told.written, held, std::back_inserter(lost));
  std::ranges::set_intersection(told.refused, held, std::back_inserter(wrong));
  const auto twice = std::ranges::adjacent_find(held);
  CHECK_MESSAGE(lost.empty(), lost.size() << " acknowledged writes are not in " << where << ", the first: " << lost.front());
  CHECK_MESSAGE(wrong.empty(), wrong.size() << " writes that were refused are in " << where << ", the first: " << wrong.front());
  CHECK_MESSAGE(twice == held.end(), *twice << " is twice in " << where);
}

void check_nothing_else(const std::string& where, const Told& told, const std::vector<std::string>& held) {
  std::vector<std::string> more, unasked;
  std::ranges::set_difference(held, told.written, std::back_inserter(more));
  std::ranges::set_difference(more, told.unknown, std::back_inserter(unasked));
  CHECK_MESSAGE(unasked.empty(), unasked.size() << " writes are in " << where << " that were not acknowledged, the first: " << unasked.front());
}

// What was told is asked first: more is written meanwhile.
template <class Check>
void check_each(const Site& site, const LedgerWriters& writers, const Others& others, Check check) {
  for (const auto store : all_stores) {
    const auto told = writers.told_of(store) + (others ? others(store) : Told());
    check(name_of(store), told, held_in(site, store));
    if (store == Store::files) check("notes", told, ledger_files(site, "notes"));
  }
}

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

void check_promises(const Site& site, const LedgerWriters& writers, const Others& others) { check_each(site, writers, others, check_promise); }

void check_serves_by_itself(LedgerWriters& writers, std::chrono::steady_clock::time_point since, std::chrono::milliseconds max_pause, int writes) {
  writers.await_more(writes);
  const auto silence = writers.longest_silence(since);
  CHECK_MESSAGE(silence <= max_pause + std::chrono::seconds(15), "no write was acknowledged for " << silence.count() << " ms");
}

void check_every_write_counts(const Site& site, const LedgerWriters& writers, const Others& others) {
  CHECK_MESSAGE(writers.failures().empty(), writers.failures().size() << " failed, the first: " << writers.failures().front());
  CHECK(writers.acknowledged().size() > 300);
  check_each(site, writers, others, [](const std::string& where, const Told& told, const std::vector<std::string>& held) {
    check_promise(where, told, held);
    check_nothing_else(where, told, held);
  });
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
    if (!answer.success) answer.said = tests::body_of(text);
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

std::chrono::milliseconds LedgerWriters::longest_silence(Clock::time_point since) const {
  const std::scoped_lock lock(mutex_);
  Clock::duration longest{0};
  auto last = since;
  for (const auto& answer : answers_) {
    if (!answer.success || answer.came <= last) continue;
    longest = std::max(longest, answer.came - last);
    last = answer.came;
  }
  return std::chrono::ceil<std::chrono::milliseconds>(std::max(longest, Clock::now() - last));
}

// The ingress says 503 where it passed nothing on. The application says where it stopped (tests/migration/ledger/server.pl).
Fate LedgerWriters::fate_in(Store store, const Answer& answer) {
  if (store == Store::files && !answer.id.ends_with(of_a_file)) return Fate::refused;
  if (answer.success) return Fate::written;
  if (answer.status.starts_with("HTTP/1.1 503 ")) return Fate::refused;
  for (const auto stopped : all_stores) {
    const bool refused = answer.said == std::string("refused by ") + name_of(stopped);
    if (!refused && answer.said != std::string("lost by ") + name_of(stopped)) continue;
    if (store == stopped) return refused ? Fate::refused : Fate::unknown;
    return store < stopped ? Fate::written : Fate::refused;
  }
  return Fate::unknown;
}

Told LedgerWriters::told_of(Store store) const {
  const std::scoped_lock lock(mutex_);
  Told told;
  for (const auto& answer : answers_) {
    const auto fate = fate_in(store, answer);
    auto& list = fate == Fate::written ? told.written : fate == Fate::refused ? told.refused : told.unknown;
    list.push_back("row " + answer.id);
  }
  return told;
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
