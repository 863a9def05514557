#include "load/client/connection.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace divio::load {
namespace {

constexpr std::uint32_t readable = EPOLLIN | EPOLLRDHUP;
constexpr ssize_t shown_bytes = 60;

std::string error_text(int error) { return std::strerror(error); }

}  // namespace

Connection::Connection(const Options& options, Tally& tally, int epoll, std::uint32_t index)
    : options_(options),
      tally_(tally),
      epoll_(epoll),
      index_(index),
      request_(fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: divio_load\r\nConnection: {}\r\n\r\n", options.path, options.host,
                           options.keep_alive ? "keep-alive" : "close")) {}

void Connection::disconnect() {
  if (socket_ >= 0) close(socket_);
  socket_ = -1;
  answered_before_ = false;
}

bool Connection::watch(std::uint32_t events, int operation) const {
  epoll_event event{};
  event.events = events;
  event.data.u32 = index_;
  return epoll_ctl(epoll_, operation, socket_, &event) == 0;
}

// An idle connection is looked at just before it is used: what the server closed by then is replaced, as any client does.
bool Connection::still_open() {
  if (socket_ < 0) return false;
  char byte;
  if (recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN) return true;
  tally_.idle_closed();
  disconnect();
  return false;
}

std::optional<Outcome> Connection::begin(Clock::time_point now, std::optional<Clock::time_point> first_try) {
  begun_at_ = first_try.value_or(now);
  sent_ = 0;
  response_ = Response();
  if (!still_open()) return connect();
  stage_ = Stage::sending;
  return send_rest();
}

std::optional<Outcome> Connection::connect() {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(options_.port);
  inet_pton(AF_INET, options_.address.c_str(), &to.sin_addr);
  socket_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket_ < 0) return finish(Kind::connect_failure, error_text(errno));
  const int on = 1;
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  stage_ = Stage::connecting;
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0 && errno != EINPROGRESS) {
    return finish(Kind::connect_failure, error_text(errno));
  }
  if (!watch(readable | EPOLLOUT, EPOLL_CTL_ADD)) return finish(Kind::connect_failure, error_text(errno));
  return std::nullopt;
}

std::optional<Outcome> Connection::connected() {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return finish(Kind::connect_failure, error_text(error));
  stage_ = Stage::sending;
  return send_rest();
}

std::optional<Outcome> Connection::send_rest() {
  while (sent_ < request_.size()) {
    const auto size = send(socket_, request_.data() + sent_, request_.size() - sent_, MSG_NOSIGNAL);
    if (size < 0 && errno == EAGAIN) {
      watch(readable | EPOLLOUT, EPOLL_CTL_MOD);
      return std::nullopt;
    }
    if (size < 0) return receive();  // it may have answered and closed already: what it said counts
    sent_ += static_cast<std::size_t>(size);
  }
  stage_ = Stage::receiving;
  watch(readable, EPOLL_CTL_MOD);
  return std::nullopt;
}

std::optional<Outcome> Connection::receive() {
  char piece[16 * 1024];
  for (;;) {
    const auto size = recv(socket_, piece, sizeof piece, 0);
    if (size < 0 && errno == EAGAIN) return std::nullopt;
    if (size < 0) return closed_by_server(error_text(errno));
    if (size == 0) return response_.end() == Response::Step::done ? judged() : closed_by_server("closed");
    switch (response_.feed({piece, static_cast<std::size_t>(size)})) {
      case Response::Step::more: break;
      case Response::Step::done: return judged();
      case Response::Step::broken: return finish(Kind::bad_response, "not HTTP: " + std::string(piece, piece + std::min(size, shown_bytes)));
    }
  }
}

std::optional<Outcome> Connection::handle(std::uint32_t events) {
  switch (stage_) {
    case Stage::idle: still_open(); return std::nullopt;
    case Stage::connecting: return connected();
    case Stage::sending:
      return (events & EPOLLOUT) != 0 ? send_rest() : receive();
    case Stage::receiving: return receive();
  }
  return std::nullopt;
}

Outcome Connection::closed_by_server(const std::string& how) {
  if (response_.begun()) return finish(Kind::broken_response, how + " in the middle of the answer");
  if (answered_before_) return finish(Kind::raced_close, how + " as the request was sent on a kept connection");
  return finish(Kind::no_response, how + " before the answer");
}

Outcome Connection::judged() {
  const int status = response_.status();
  if (status < 200 || status > 299) return finish(Kind::http_error, response_.body().substr(0, 200));
  if (response_.body().find(options_.expect) == std::string::npos) return finish(Kind::wrong_answer, response_.body().substr(0, 200));
  return finish(Kind::ok, "");
}

Outcome Connection::finish(Kind kind, std::string detail) {
  Outcome outcome{kind, 0, std::move(detail), Clock::now() - begun_at_};
  const bool answered = kind == Kind::ok || kind == Kind::http_error || kind == Kind::wrong_answer;
  if (answered) outcome.status = response_.status();
  if (answered && options_.keep_alive && response_.keeps_alive()) {
    answered_before_ = true;
  } else {
    disconnect();
  }
  stage_ = Stage::idle;
  return outcome;
}

Outcome Connection::expire() {
  if (stage_ == Stage::connecting) return finish(Kind::connect_failure, "no connection in time");
  return finish(Kind::timeout, response_.begun() ? "the answer did not end in time" : "no answer in time");
}

}  // namespace divio::load
