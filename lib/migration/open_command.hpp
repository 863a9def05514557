// A command in the container of a side's server that stays open, for the questions of a migration: a command of its own for
// each costs 100 ms, a question here one round trip.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "migration/side.hpp"
#include "ports/streams.hpp"

namespace divio::migration {

// Belongs to one thread. It begins with the first question, and again with the next one after an error. That it broke is always said
// once: a hand-over concludes from it that what it saw before may be gone, as after a power cut.
class OpenCommand {
 public:
  // `beginning` is what it reads first. It ends with `refusal` where the server refused something, and else because it lost
  // the server.
  OpenCommand(Side side, ports::ExecSpec spec, std::string beginning, int refusal);

  OpenCommand(OpenCommand&&) noexcept = default;
  OpenCommand& operator=(OpenCommand&&) noexcept = default;
  ~OpenCommand();

  // A line that nothing else is: `question` has to make the command write it, on its standard output, when all is answered.
  [[nodiscard]] std::string new_end();

  // What it writes for `question`, which goes by standard input, up to the line `end`.
  //   failed      the command ended with `refusal`: "cannot <doing>", with its words as the hint
  //   unreachable the command ended otherwise, or the way to it broke; what was asked may have been done
  //   timed_out   no answer within `patience`; the same
  //   cancelled   the place was told to stop; the same
  [[nodiscard]] Result<std::string> ask(std::string_view question, std::string_view end, std::string_view doing,
                                        std::chrono::milliseconds patience);

  // Ends it; the next question opens a new one.
  void close();

  [[nodiscard]] const Side& side() const noexcept { return side_; }

 private:
  [[nodiscard]] Result<void> open();
  [[nodiscard]] Result<std::string> listen(std::string_view end, std::string_view doing, std::chrono::milliseconds patience);
  [[nodiscard]] Failure ended(std::string_view doing, std::string_view complaint);

  Side side_;
  ports::ExecSpec spec_;
  std::string beginning_;
  int refusal_;
  std::unique_ptr<ports::Session> session_;
  unsigned asked_ = 0;
};

}  // namespace divio::migration
