// One connection of the load generator and the request that is under way on it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "load/client/options.hpp"
#include "load/client/response.hpp"
#include "load/client/tally.hpp"

namespace divio::load {

class Connection {
 public:
  // Watches its socket with `epoll`; events carry `index`. `options` and `tally` outlive it.
  Connection(const Options& options, Tally& tally, int epoll, std::uint32_t index);
  ~Connection() { disconnect(); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] bool busy() const { return stage_ != Stage::idle; }
  [[nodiscard]] Clock::time_point deadline() const { return begun_at_ + options_.timeout; }

  // Sends a request, connecting first where there is no connection; the outcome if it fails at once. A retry keeps the
  // time of the first try.
  std::optional<Outcome> begin(Clock::time_point now, std::optional<Clock::time_point> first_try = std::nullopt);
  [[nodiscard]] Clock::time_point begun_at() const { return begun_at_; }

  // What epoll said about its socket; the outcome if that ends the request.
  std::optional<Outcome> handle(std::uint32_t events);

  // Gives the request up.
  Outcome expire();

 private:
  enum class Stage { idle, connecting, sending, receiving };

  std::optional<Outcome> connect();
  std::optional<Outcome> connected();
  std::optional<Outcome> send_rest();
  std::optional<Outcome> receive();
  Outcome closed_by_server(const std::string& how);
  Outcome judged();
  Outcome finish(Kind kind, std::string detail);
  bool still_open();
  bool watch(std::uint32_t events, int operation) const;
  void disconnect();

  const Options& options_;
  Tally& tally_;
  int epoll_;
  std::uint32_t index_;
  int socket_ = -1;
  Stage stage_ = Stage::idle;
  bool answered_before_ = false;  // this connection
  std::string request_;
  std::size_t sent_ = 0;
  Response response_;
  Clock::time_point begun_at_;
};

}  // namespace divio::load
