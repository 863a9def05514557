// What became of the requests, counted so that nothing that failed is left out.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace divio::load {

using Clock = std::chrono::steady_clock;

enum class Kind {
  ok,               // 2xx, whole, with the expected words
  http_error,       // any other status
  wrong_answer,     // 2xx without the expected words
  bad_response,     // not HTTP
  connect_failure,  // no connection, so the request was not sent
  no_response,      // sent on a new connection, which was closed or reset before the first byte of an answer
  raced_close,      // the same on a connection that had answered before: it may have been closing as the request came
  broken_response,  // closed or reset in the middle of an answer
  timeout,          // no whole answer in time
};

struct Outcome {
  Kind kind = Kind::ok;
  int status = 0;      // where there was an answer
  std::string detail;  // why it failed, for people
  Clock::duration latency{};
};

class Tally {
 public:
  // `at`: since the beginning of the run.
  void add(const Outcome& outcome, Clock::duration at);

  void retried() { ++retried_; }
  void idle_closed() { ++idle_closed_; }
  void missed(std::uint64_t count) { missed_ += count; }

  [[nodiscard]] std::uint64_t failed() const { return requests_ - ok_; }

  // One line of JSON.
  [[nodiscard]] std::string json(Clock::duration ran) const;

 private:
  struct Failure {
    double at;
    std::string kind;
    std::string detail;
  };

  std::uint64_t requests_ = 0;
  std::uint64_t ok_ = 0;
  std::uint64_t retried_ = 0;      // raced closes that were tried again instead of counted
  std::uint64_t idle_closed_ = 0;  // connections the server closed while nothing was asked: no failure
  std::uint64_t missed_ = 0;       // requests not sent because no connection was free when their time had come
  std::map<std::string, std::uint64_t> by_kind_;
  std::vector<double> latencies_ms_;  // of answers
  std::vector<Failure> first_failures_;
};

// "ok", "http_503", "raced_close", ...
std::string kind_name(const Outcome& outcome);

}  // namespace divio::load
