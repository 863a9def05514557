// Two PostgreSQL servers that reach each other by address, with one database on each, for tests of moving between them.
#pragma once

#include <optional>
#include <string>

#include "migration/postgres/side.hpp"
#include "services/real_servers.hpp"

namespace divio::test {

class TwoSides {
 public:
  TwoSides();
  ~TwoSides();
  TwoSides(const TwoSides&) = delete;
  TwoSides& operator=(const TwoSides&) = delete;

  // A database for a test's own project on both servers, the target's empty.
  struct Pair {
    migration::postgres::Side source;
    migration::postgres::Side target;
  };
  Pair pair(const char* project);

  // Removes the databases of a pair.
  void remove(const Pair& pair);

  [[nodiscard]] migration::postgres::Peer source_peer() const { return {source_address_, 5432}; }
  [[nodiscard]] migration::postgres::Peer target_peer() const { return {target_address_, 5432}; }

  // What the instance's own login says and hears over TCP, from a container of its own.
  RealServers::Said as_tenant(const migration::postgres::Side& side, const std::string& statements);
  // The same for the administrator in the side's container.
  RealServers::Said as_administrator(const migration::postgres::Side& side, const std::string& statements);
  // A command of the tenant's psql that stays open.
  std::unique_ptr<ports::Session> tenant_session(const migration::postgres::Side& side);

  [[nodiscard]] RealServers& servers() { return servers_; }
  // The container that clients run in, and where the servers reach it.
  [[nodiscard]] const std::string& client() const { return client_; }
  [[nodiscard]] const std::string& client_address() const { return client_address_; }

 private:
  [[nodiscard]] ports::ExecSpec psql_of(const migration::postgres::Side& side) const;

  RealServers servers_;
  services::Server source_;
  services::Server target_;
  std::string client_;
  std::string network_;
  std::string source_address_;
  std::string target_address_;
  std::string client_address_;
};

// One for all tests of a program.
TwoSides& two_sides();

}  // namespace divio::test
