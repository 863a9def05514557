#include "haproxy/traffic.hpp"

#include <doctest/doctest.h>

#include <chrono>

#include "haproxy/visitor.hpp"

namespace divio::tests {

Traffic::Traffic(std::uint16_t port, std::string host, int visitors) : port_(port), host_(std::move(host)) {
  for (int i = 0; i < visitors; ++i) threads_.emplace_back([this, keep = i % 2 == 0] { visit(keep); });
}

Traffic::~Traffic() {
  stop();
}

void Traffic::stop() {
  stopping_ = true;
  threads_.clear();
}

std::vector<std::string> Traffic::failures() const {
  const std::scoped_lock lock(mutex_);
  return failures_;
}

void Traffic::note(const std::string& answer) {
  ++answered_;
  if (status_of(answer) == 200) return;
  const std::scoped_lock lock(mutex_);
  failures_.push_back(answer.empty() ? "the connection broke off" : answer.substr(0, answer.find('\r')));
}

void Traffic::visit(bool keep) {
  Visitor visitor;
  const auto head = "GET / HTTP/1.1\r\nHost: " + host_ + (keep ? "\r\n\r\n" : "\r\nConnection: close\r\n\r\n");
  while (!stopping_) {
    const auto answer = visitor.ask(port_, head);
    note(answer);
    if (!keep || answer.empty() || visitor.was_sent_away()) visitor.leave();
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

void await_answered(const Traffic& traffic, int further) {
  const auto until = traffic.answered() + further;
  auto seen = traffic.answered();
  for (int idle = 0; seen < until; ++idle) {
    REQUIRE(idle < 6000);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    if (const auto now = traffic.answered(); now != seen) {
      seen = now;
      idle = 0;
    }
  }
}

}  // namespace divio::tests
