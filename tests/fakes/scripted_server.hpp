// A server on a unix socket that answers HTTP requests with what a test says, to show a client what real servers rarely
// do.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "fakes/temporary_folder.hpp"

namespace divio::fakes {

struct SeenRequest {
  std::string line;  // "POST /v1.41/containers/create?name=x HTTP/1.1"
  std::string head;
  std::string body;  // chunks put together
};

// The whole answer, head included; an empty one closes the connection without an answer, one with "Connection: close"
// after it, complete or not. "hold" keeps the connection open and silent until the client closes it. A status of 101
// turns the connection into an echo of what is sent.
using Answer = std::function<std::string(const SeenRequest&)>;

[[nodiscard]] std::string http_answer(int status, const std::string& body, const std::string& headers = {});

class ScriptedServer {
 public:
  explicit ScriptedServer(Answer answer);
  ~ScriptedServer();

  [[nodiscard]] std::string socket_path() const { return folder_ / "server.sock"; }
  [[nodiscard]] std::vector<SeenRequest> requests() const;
  [[nodiscard]] int connections() const { return connections_.load(); }

 private:
  void accept_all();
  void serve(int socket);
  bool serve_one(int socket, std::string& pending);

  Answer answer_;
  tests::TemporaryFolder folder_;
  int listener_ = -1;
  std::atomic<int> connections_{0};
  mutable std::mutex mutex_;  // guards what follows
  std::vector<SeenRequest> requests_;
  std::vector<int> sockets_;
  std::vector<std::jthread> serving_;
  std::jthread accepting_;
};

}  // namespace divio::fakes
