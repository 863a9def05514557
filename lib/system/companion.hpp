// A program that runs beside this one for as long as it is wanted, and never outlives it: not even when this one is
// killed with a signal that cannot be caught.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "divio/result.hpp"
#include "system/unique_fd.hpp"

namespace divio::system {

struct CompanionCommand {
  std::string program;                 // as a shell takes it: "ssh", or "ssh -F /etc/divio/ssh_config"
  std::vector<std::string> arguments;  // follow it as they are, untouched by the shell
  std::filesystem::path log;           // both outputs are added to this file
  std::filesystem::path folder;        // removed with everything in it, should this process die before the program
};

// Belongs to one thread at a time. Destruction ends the program and what it started, at once.
class Companion {
 public:
  // A program that is not there is only known by what the shell writes into the log, and by its end.
  [[nodiscard]] static Result<Companion> start(const CompanionCommand& command);

  Companion(Companion&& other) noexcept;
  Companion& operator=(Companion&& other) noexcept;
  ~Companion();

  [[nodiscard]] bool running() const;
  [[nodiscard]] pid_t id() const noexcept { return id_; }

 private:
  Companion(pid_t id, UniqueFd lifeline) : id_(id), lifeline_(std::move(lifeline)) {}
  void end() noexcept;

  pid_t id_ = -1;  // of the program, and of the group of everything that it started
  UniqueFd lifeline_;
};

}  // namespace divio::system
