// A site of which every write counts (tests/migration/ledger): each puts a row into its PostgreSQL, its name into a list of its
// Redis and a row into its MariaDB, and an upload a file into its media too.
// And visitors who write all the time and remember what they were told.
#pragma once

#include <atomic>
#include <chrono>
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
    bool success = false;
  };

  void write(int writer);

  std::uint16_t port_;
  Pace pace_;
  std::atomic<bool> over_ = false;
  mutable std::mutex mutex_;
  std::vector<Answer> answers_;
  std::size_t successes_ = 0;
  std::vector<std::thread> threads_;
};

// No write failed, and rows, files, names and records are what was acknowledged. `others`: what was written around the ingress, which
// are rows of PostgreSQL only.
void check_every_write_counts(const Site& site, const LedgerWriters& writers, const std::vector<std::string>& others = {});

// The worker, which writes around the ingress, was never refused.
void check_ledger_worker(const Site& site);

}  // namespace divio::live
