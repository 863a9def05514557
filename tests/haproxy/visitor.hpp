// One visitor's connection to an ingress under test.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace divio::tests {

class Visitor {
 public:
  Visitor() = default;
  ~Visitor();
  Visitor(const Visitor&) = delete;
  Visitor& operator=(const Visitor&) = delete;

  // The answer to a request, head and body; empty if there was none. Connects first if need be. `head` ends in an empty
  // line.
  [[nodiscard]] std::string ask(std::uint16_t port, const std::string& head);
  // Sends more of a request, or less if the ingress takes no more.
  void bring(std::uint16_t port, std::string_view bytes);
  void leave();
  // Whether the ingress said that it closes the connection.
  [[nodiscard]] bool was_sent_away() const { return sent_away_; }

 private:
  int socket_ = -1;
  bool sent_away_ = false;
};

// GET on a connection of its own.
[[nodiscard]] std::string get(std::uint16_t port, const std::string& host, const std::string& path,
                              const std::string& further_headers = {});

// POST of so many bytes, in chunks, so that their number is not known before.
[[nodiscard]] std::string post_chunks(std::uint16_t port, const std::string& host, const std::string& path, std::uint64_t bytes);

// 0 if the text is no answer.
[[nodiscard]] int status_of(const std::string& answer);
[[nodiscard]] std::string body_of(const std::string& answer);

}  // namespace divio::tests
