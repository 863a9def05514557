// Two hosts with an engine and a server each, for all tests of a program, and what is said from one to the other.
#pragma once

#include <memory>
#include <string>

#include "e2e/second_host.hpp"
#include "migration/relay/relay.hpp"

namespace divio::test {

inline constexpr const char* catalogue = "relay-test";

// Removed at the end of the program with everything that relays of `catalogue` have there.
class Hosts {
 public:
  Hosts();
  ~Hosts();
  Hosts(const Hosts&) = delete;
  Hosts& operator=(const Hosts&) = delete;

  ports::Engine& engine(migration::relay::Side side) { return side == migration::relay::Side::source ? *source : *target; }
  static void start(ports::Engine& engine, const ports::ContainerSpec& spec);

  std::unique_ptr<ports::Engine> source;
  live::SecondHost second;
  std::unique_ptr<ports::Engine> target;
  std::unique_ptr<ports::Clock> clock;
};

Hosts& hosts();
ports::Engine& engine(migration::relay::Side side);
migration::relay::Place place();

// Answers each line at ports 5432 and 6379 with what it calls itself, the port and the line.
ports::ContainerSpec server(const std::string& name, const std::string& calls_itself);
std::string server_name(migration::relay::Side side);

migration::relay::Relay relay_of(const std::string& migration);
// The relay that most tests use, made by the first of them.
const migration::relay::Relay& shared();
migration::relay::Both<std::uint16_t> shared_ports();

// What a shell in a container says.
std::string shell(ports::Engine& where, const std::string& container, const std::string& script);

// What is answered at this address to a line from a container; empty where nothing is.
std::string say(migration::relay::Side side, const std::string& container, const migration::relay::Address& address, const std::string& line);

// What the server of a side hears of the other one.
std::string ask(const migration::relay::Relay& relay, migration::relay::Side side, const std::string& service = "default",
                const std::string& line = "hello");
bool leads(const migration::relay::Relay& relay, migration::relay::Side side);

}  // namespace divio::test
