// Two regions in miniature, between which an environment moves: their data with streams between them, their ingresses, who
// writes, and the guards. What happens in it is one event after the other, in any order. It knows which promises are broken.
//
// A stream sends on whatever its publisher's log has, also what came there by another stream, as PostgreSQL does before
// version 16. A replica has the log of its primary, as Redis has: what else it held goes when it becomes one.
//
// What is written by somebody is on disk when he is told so. What comes by a stream gets there later, as by a subscription of
// PostgreSQL, whose synchronous_commit is off: a power cut takes what is not there yet, and the publisher sends it again.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "planning/cut_over.hpp"

namespace divio::migration::testing {

using namespace divio::planning;

struct Entry {
  int id = 0;   // of a write; negative: of a marker
  int key = 0;  // what the sequence gave it
};

// Of a stream, at its publisher. `made_in`: the attempt that made it.
struct Slot {
  std::size_t position = 0;
  int made_in = 0;
  bool broken = false;  // made before there was a publication: it never sends anything
};

enum class Writer { request, background, stranger };

struct Transaction {
  int id = 0;
  Writer writer{};
};

// One service's data on one side.
struct Data {
  std::vector<Entry> log;
  std::size_t on_disk = 0;         // of the log; a power cut takes the rest
  std::set<int> rows;              // ids of what is there
  std::set<int> keys;
  bool doubled = false;            // a row or a key came twice
  int starts = 1;                  // of its server; who talked with it has to begin anew
  int next_key = 1;
  bool writable = false;
  Epoch epoch;
  std::vector<Transaction> begun;  // have written, and may commit whatever becomes of their rights
  bool published = false;
  std::optional<Slot> slot;
  bool subscribed = false;
  bool applying = false;
  int settled_in = 0;
};

struct Request {
  int id = 0;
  std::size_t service = 0;
  bool writing = false;
};

struct Region {
  std::vector<Data> data;
  bool background = false;
  int holding = 0;  // the attempt that holds; 0: nobody
  bool forwarding = false;
  int forward_set_in = 0;
  std::vector<Request> waiting;
  std::vector<Request> in_flight;
  std::map<int, Decision> decisions;
  std::map<int, bool> ended;
  std::map<int, bool> guarded;  // by attempt: its guards are in this region
};

struct World {
  std::array<Region, 2> regions;
  std::vector<Carriage> services;
  std::map<int, std::size_t> acknowledged;  // id -> service
  std::vector<int> refused;                 // requests that failed
  int last_id = 0;
  bool cut = false;             // nothing goes from one region to the other
  bool requests_may_fail = false;
  std::vector<std::string> broken_promises;

  explicit World(std::vector<Carriage> services_carried);

  // Writers. Visitors always come to region 0.
  void visit(std::size_t service);
  void begin_writing(std::size_t region, std::size_t index);   // a request in flight
  void write_beside(std::size_t region, std::size_t service, Writer writer);
  void end_writing(std::size_t region, std::size_t service, std::size_t index);
  void let_go(std::size_t region);  // ends the hold

  void apply_one(std::size_t publisher, std::size_t service);
  [[nodiscard]] bool can_apply(std::size_t publisher, std::size_t service) const;

  void restart_ingress(std::size_t region);
  void cut_power_of_data(std::size_t region, std::size_t service);
  void write_to_disk(std::size_t region, std::size_t service);

  // To be asked after every event.
  void check();
  // To be asked when everything has come to rest; `owner` is who should have everything.
  void check_at_rest(std::size_t owner);

 private:
  void route(Request request, std::size_t at, int hops);
  void refuse(const Request& request);
};

[[nodiscard]] constexpr int marker(int attempt) { return -2 * attempt; }
[[nodiscard]] constexpr int way_back_marker(int attempt) { return -2 * attempt - 1; }

// What an attempt from region `source` to the other one looks like.
[[nodiscard]] SeenCutOver look(const World& world, int attempt, std::size_t source);

}  // namespace divio::migration::testing
