// Servers of services: the containers in which PostgreSQL, MariaDB and Redis run. Made, looked at, removed.
//
// Everything here can be killed at any moment and called again with the same arguments: it goes on from what it finds in
// the engine. Two callers must not change one server at the same time; the lease of the server sees to that. Looking
// takes no lease. Nothing secret is in an error, a log or the list of a container's processes.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>

#include "divio/result.hpp"
#include "divio/secret.hpp"
#include "model/labels.hpp"
#include "model/process.hpp"
#include "model/service.hpp"
#include "ports/clock.hpp"
#include "ports/engine.hpp"

namespace divio::services {

// Where servers are made. Keeps references: it must not outlive the engine and the clock.
struct Place {
  ports::Engine& engine;
  ports::Clock& clock;
  std::stop_token stop = {};  // requested: what waits ends with cancelled, and can be called again later
  std::function<void(std::string_view)> line = {};  // gets the log of fetching an image; may be empty
};

// A server as it is wanted. Of a type that has servers: media has none.
struct Server {
  model::ServiceType type;
  std::string version;           // one of the blueprint's
  std::string name;              // of its container and of its volume: "divio-postgres-15"
  std::string image = {};        // empty: the official one of that version
  Secret password = {};          // the administrator's, within the container; only the first start of a volume sets it
  model::Resources limits = {};  // the server is tuned to its memory
  model::Labels labels = {};     // on container and volume, beside the ones that ensure_server adds
};

enum class ServerState {
  absent,    // no container
  stopped,   // a container that does not run, or starts over and over
  starting,  // runs, but cannot serve yet
  serving,
};

struct ServerSeen {
  ServerState state = ServerState::absent;
  bool current = false;            // what runs has the image and the limits that are wanted
  std::set<std::string> networks;  // that it is connected to
};

// "absent", "stopped", "starting", "serving"
[[nodiscard]] std::string_view to_string(ServerState state) noexcept;

// What is there, by two or three questions to the engine. Errors are the engine's.
[[nodiscard]] Result<ServerSeen> look_at_server(ports::Engine& engine, const Server& server);

// Whether it can serve at this moment, by one command within its container; false where there is none that runs.
[[nodiscard]] Result<bool> can_serve(ports::Engine& engine, const Server& server);

// Makes the server exist, run and be able to serve; nothing happens to one that does and is current. One that is not
// current is made anew on its volume and connected to the networks it was in: its connections break. A new server is in
// no network: see ports::Networks::connect.
//   refused   its volume holds data of another version, or belongs to something else
//   not_found, unreachable  the image is not there and cannot be fetched
//   failed    it ended or keeps ending: the message has the cause, the hint the last lines of its log
//   timed_out it runs, but could not serve within ten minutes
[[nodiscard]] Result<void> ensure_server(const Place& place, const Server& server);

enum class Data { kept, removed };

// Removes its container, having stopped it in order, and with Data::removed its volume: whatever was in it is gone for
// good. Removing what is gone succeeds.
[[nodiscard]] Result<void> remove_server(const Place& place, const Server& server, Data data);

}  // namespace divio::services
