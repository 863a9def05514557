// A site of which every write counts, in a region of its own beside another one on a second host.
#pragma once

#include <string>
#include <vector>

#include "e2e/ledger_site.hpp"
#include "e2e/second_host.hpp"

namespace divio::live {

// Deployed in region `local`; region `eu` is there and empty.
class Ledger {
 public:
  static constexpr auto* cache = "divio-ledger-live-cache";  // its Redis, in either region

  explicit Ledger(std::uint16_t port, const std::string& size_of_second_host = {});

  [[nodiscard]] const Site& site() const { return site_; }
  [[nodiscard]] const SecondHost& host() const { return host_; }

  // No rows, files, names and records any more.
  void empty() const;

  // In which of the two regions its logins can write, by sessions of their own in the servers' containers: "local", "eu", "local eu";
  // or what is where, if PostgreSQL, Redis and MariaDB are not of one mind.
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

// How a step of the hand-over is told, beside others that are about other services or alone in its round.
[[nodiscard]] std::string step_line(const std::string& step);

}  // namespace divio::live
