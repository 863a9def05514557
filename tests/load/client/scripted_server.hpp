// An HTTP server that does exactly what a test tells it to, connection by connection.
#pragma once

#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace divio::load {

struct Act {
  enum class What { read_request, say, close, reset, hold };
  What what;
  std::string words;  // of say
};

inline const Act read_request{Act::What::read_request, ""};
inline const Act close_it{Act::What::close, ""};
inline const Act reset_it{Act::What::reset, ""};
inline const Act hold_it{Act::What::hold, ""};  // silent until the client closes
inline Act say(std::string words) { return {Act::What::say, std::move(words)}; }

class ScriptedServer {
 public:
  // Takes one connection after the other and plays a script on each; after the last it takes none.
  explicit ScriptedServer(std::vector<std::vector<Act>> scripts);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  void serve(const std::vector<std::vector<Act>>& scripts) const;

  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace divio::load
