// What divio_load is asked to do.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <tl/expected.hpp>

namespace divio::load {

struct Options {
  std::string address = "127.0.0.1";  // IPv4
  std::uint16_t port = 80;
  std::string host = "localhost";     // the Host header
  std::string path = "/";
  int connections = 32;
  double rate = 300;     // requests a second over all connections; 0: as many as get answered
  double seconds = 0;    // 0: until SIGTERM or SIGINT
  std::uint64_t requests = 0;  // ends after as many; 0: no limit
  bool keep_alive = true;
  bool tolerate = false;     // exit with 0 although requests failed
  bool retry_raced = false;  // try again, once, what a closing kept-alive connection left unanswered
  std::string expect;        // what an answer's body must contain to count as ok
  std::chrono::milliseconds timeout{10'000};
};

// The arguments after the program's name; an error is one sentence.
tl::expected<Options, std::string> parse_options(const std::vector<std::string>& arguments);

}  // namespace divio::load
