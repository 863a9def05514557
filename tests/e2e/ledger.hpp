// A site of which every write counts (tests/migration/ledger), in a region of its own beside another one on a second host,
// and visitors who write all the time and remember what they were told.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "e2e/second_host.hpp"
#include "e2e/site.hpp"

namespace divio::live {

// Deployed in region `local`; region `eu` is there and empty.
class Ledger {
 public:
  explicit Ledger(std::uint16_t port, const std::string& size_of_second_host = {});

  [[nodiscard]] const Site& site() const { return site_; }
  [[nodiscard]] const SecondHost& host() const { return host_; }

  // No rows and files any more.
  void empty() const;

  // The rows as the application's own login reads them where the environment is, in order.
  [[nodiscard]] std::vector<std::string> rows(const std::string& table = "entry") const;

  // The files that were uploaded with them, of the region where the environment is, in the same words.
  [[nodiscard]] std::vector<std::string> files() const;

  // In which of the two regions its login can write, by a session of its own in the server's container: "local", "eu", "local eu".
  [[nodiscard]] std::string writable_in() const;

  // Statements of the administrator on the second host, where the environment's login may not write.
  void change_on_second_host(const std::string& statements) const;

  // What a migration made, and what the environment has on the second host: nothing after an end that left nothing.
  [[nodiscard]] std::string left_by_migrations() const;
  [[nodiscard]] std::string left_on_second_host() const;

 private:
  SecondHost host_;
  Site site_;
};

// Somebody who writes around the ingress, in the container of region local's server and as the application's login, knows nothing of
// a move and is refused now and then.
class WriterAtServer {
 public:
  WriterAtServer();
  ~WriterAtServer();
  WriterAtServer(const WriterAtServer&) = delete;
  WriterAtServer& operator=(const WriterAtServer&) = delete;

  // What was acknowledged, in the words of rows().
  [[nodiscard]] std::vector<std::string> stop();

 private:
  std::thread thread_;
  std::string said_;
};

// Several at once, each with one connection, all to the ingress of region `local`.
class LedgerWriters {
 public:
  struct Pace {
    int writers = 4;
    std::chrono::milliseconds between{25};  // an answer and the next write
  };
  LedgerWriters(const Ledger& ledger, Pace pace);
  ~LedgerWriters();
  LedgerWriters(const LedgerWriters&) = delete;
  LedgerWriters& operator=(const LedgerWriters&) = delete;

  void await_more(int count = 100);
  void stop();

  // From here on: once stopped.
  [[nodiscard]] std::vector<std::string> acknowledged() const;  // in order
  [[nodiscard]] const std::vector<std::string>& failures() const { return failures_; }
  [[nodiscard]] std::chrono::milliseconds longest_gap() const;

 private:
  void write(int writer);

  std::uint16_t port_;
  std::chrono::milliseconds between_;
  std::atomic<bool> over_ = false;
  mutable std::mutex mutex_;
  std::vector<std::pair<std::chrono::steady_clock::time_point, std::string>> acknowledged_;
  std::vector<std::string> failures_;
  std::vector<std::thread> threads_;
};

}  // namespace divio::live
