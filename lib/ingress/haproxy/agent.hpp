// The conversation with the program inside the ingress's container (agent_program.hpp).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "divio/result.hpp"
#include "ports/streams.hpp"

namespace divio::ingress {

// The command that starts the program.
[[nodiscard]] std::vector<std::string> agent_command();
// Its text alone.
[[nodiscard]] std::string agent_text();

inline constexpr std::string_view master_socket = "/run/divio-ingress.sock";

// What the program is asked: one of its verbs, and what belongs to it.
struct Request {
  std::string verb;
  std::string payload;
};

struct Files {
  std::string config;
  std::string hosts;
  std::string state;
};

// One conversation; one thread at a time. Once broken() it stays so and every call fails as unreachable.
class Agent {
 public:
  explicit Agent(std::unique_ptr<ports::Session> session) : session_(std::move(session)) {}

  // Answers of HAProxy's command line, in order. A line is for the master process, or for a worker with "@1 " or
  // "@!PROCESS " before it.
  [[nodiscard]] Result<std::vector<std::string>> command(const std::vector<std::string>& lines);
  // Answers to requests, in order. The first error of one that the program could not carry out.
  [[nodiscard]] Result<std::vector<std::string>> ask(const std::vector<Request>& requests);
  // Another verb of the program (tables_program.hpp) and its answer.
  [[nodiscard]] Result<std::string> call(std::string_view verb, std::string_view payload);
  // Empty if the file is not there.
  [[nodiscard]] Result<std::string> read(std::string_view path);
  // Makes these the files in force, all or none; with `check` only if HAProxy accepts the configuration.
  [[nodiscard]] Result<void> put(const Files& files, bool check);

  [[nodiscard]] bool broken() const noexcept { return broken_; }

 private:
  [[nodiscard]] Result<std::string> answer();
  [[nodiscard]] Result<void> receive();
  [[nodiscard]] Failure breaks(std::string why);

  std::unique_ptr<ports::Session> session_;
  std::string received_;
  std::string complaints_;  // what came on standard error
  bool broken_ = false;
};

}  // namespace divio::ingress
