// A site of which every write counts (tests/migration/ledger): each puts a row into its PostgreSQL, its name into a list of its
// Redis and a row into its MariaDB, and an upload a file into its media too.
// And visitors who write all the time and remember what they were told.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "e2e/site.hpp"

namespace divio::live {

// Gives the site that application's codebase; and deploys it.
void write_ledger(const Site& site);
void deploy_ledger(const Site& site);

// The rows as the application's own login reads them where the environment is, in order.
[[nodiscard]] std::vector<std::string> ledger_rows(const Site& site, const std::string& table = "entry");

// The files that were uploaded with them, in the same words: those of its media are in `files`, of its volume in `notes`.
[[nodiscard]] std::vector<std::string> ledger_files(const Site& site, const std::string& folder);

// What its Redis has of them, in the same words.
[[nodiscard]] std::vector<std::string> ledger_names(const Site& site);

// What its MariaDB has of them, in the same words.
[[nodiscard]] std::vector<std::string> ledger_records(const Site& site);

// Where its writes are, in the order in which the application asks for them.
enum class Store { rows, files, names, records };
inline constexpr Store all_stores[] = {Store::rows, Store::files, Store::names, Store::records};

// What a store has become of a write by what was told of it. One that broke off may be there or not.
enum class Fate { written, refused, unknown };

// Writes by what was told of them.
struct Told {
  std::vector<std::string> written, refused, unknown;
};
using Others = std::function<Told(Store)>;

// The lines that are about rows, in order.
[[nodiscard]] std::vector<std::string> row_lines(const std::string& text);

// Several at once, each with one connection, all to the site's ingress.
class LedgerWriters {
 public:
  struct Pace {
    int writers = 3;
    std::chrono::milliseconds between{80};  // an answer and the next write
    int file_each = 4;                      // so many writes one uploads a file too, of which passes over media look at every one
  };
  LedgerWriters(const Site& site, Pace pace);
  ~LedgerWriters();
  LedgerWriters(const LedgerWriters&) = delete;
  LedgerWriters& operator=(const LedgerWriters&) = delete;

  void await_more(int count = 100);
  void stop();

  // For how long no write was acknowledged, at most, since then.
  [[nodiscard]] std::chrono::milliseconds longest_silence(std::chrono::steady_clock::time_point since) const;

  // What was told of a store until now.
  [[nodiscard]] Told told_of(Store store) const;

  // How visitors fared with what they asked for since then, in words: the slowest answer, and how many of each kind were no success.
  [[nodiscard]] std::string fared_since(std::chrono::steady_clock::time_point since) const;

  // From here on: once stopped.
  [[nodiscard]] std::vector<std::string> acknowledged() const;  // in order
  [[nodiscard]] std::vector<std::string> uploaded() const;      // of these, those with a file
  [[nodiscard]] std::vector<std::string> failures() const;
  [[nodiscard]] std::chrono::milliseconds longest_gap() const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Answer {
    Clock::time_point asked, came;
    std::string id, status;  // as "HTTP/1.1 500 It", or "no answer"
    std::string said;        // the answer's body
    bool success = false;
  };

  void write(int writer);
  [[nodiscard]] static Fate fate_in(Store store, const Answer& answer);

  std::uint16_t port_;
  Pace pace_;
  std::atomic<bool> over_ = false;
  mutable std::mutex mutex_;
  std::vector<Answer> answers_;
  std::size_t successes_ = 0;
  std::vector<std::thread> threads_;
};

// In each of its stores now: what was acknowledged is there once, and nothing that was refused. `others` is what those were told who
// write around the ingress.
void check_promises(const Site& site, const LedgerWriters& writers, const Others& others = {});

// Whoever moves it is gone since then, and nobody goes on: writes are acknowledged again within what was promised.
void check_serves_by_itself(LedgerWriters& writers, std::chrono::steady_clock::time_point since, std::chrono::milliseconds max_pause, int writes = 100);

// When all have stopped: no write failed, and nothing is in its stores that nobody asked for.
void check_every_write_counts(const Site& site, const LedgerWriters& writers, const Others& others = {});

// The worker, which writes around the ingress, was never refused.
void check_ledger_worker(const Site& site);

}  // namespace divio::live
