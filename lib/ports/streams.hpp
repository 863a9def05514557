// What flows in and out of containers: logs, commands run inside them, files. Safe from several threads at once; one
// Session belongs to one thread at a time.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "divio/result.hpp"
#include "model/variables.hpp"

namespace divio::ports {

enum class Output { out, err };

struct Chunk {
  Output output = Output::out;
  std::string bytes;  // never empty
};

using ChunkSink = std::function<void(Output, std::string_view)>;
using ByteSink = std::function<Result<void>(std::string_view)>;

struct LogOptions {
  int tail = -1;        // last lines; -1: all
  bool follow = false;  // go on until the container ends or `stop` is requested
  bool timestamps = false;
  std::string since;    // RFC 3339; empty: from the beginning
};

struct ExecSpec {
  std::vector<std::string> command;
  model::Variables environment;
  std::string user;
  std::string directory;
  bool terminal = false;
  bool open_input = true;
};

// A running command with its input and output, or the main process of a container. Closing it (destruction) leaves the
// command running.
class Session {
 public:
  virtual ~Session() = default;

  // The next output, nullopt at its end, timed_out if none came within `patience`.
  [[nodiscard]] virtual Result<std::optional<Chunk>> read(std::chrono::milliseconds patience) = 0;
  [[nodiscard]] virtual Result<void> write(std::string_view bytes) = 0;
  [[nodiscard]] virtual Result<void> close_input() = 0;
  [[nodiscard]] virtual Result<void> resize(int rows, int columns) = 0;

  // After the end of output: the command's exit code.
  [[nodiscard]] virtual Result<int> exit_code() = 0;

  // A file descriptor that polls readable when read() has something, for loops that also watch a terminal; -1: none.
  [[nodiscard]] virtual int poll_descriptor() const = 0;
};

class Streams {
 public:
  virtual ~Streams() = default;

  [[nodiscard]] virtual Result<void> logs(const std::string& container, const LogOptions& options,
                                          const ChunkSink& sink, std::stop_token stop) = 0;
  [[nodiscard]] virtual Result<std::unique_ptr<Session>> exec(const std::string& container, const ExecSpec& spec) = 0;

  // The main process of a container that was created but not started: attaches, then starts it. No output is lost.
  [[nodiscard]] virtual Result<std::unique_ptr<Session>> attach_and_start(const std::string& container,
                                                                          bool terminal) = 0;

  // Writes the files of a tar archive below `folder` of a container, running or not.
  [[nodiscard]] virtual Result<void> put_archive(const std::string& container, const std::string& folder,
                                                 std::string_view tar) = 0;

  // A file or folder of a container as a tar archive; not_found if it is not there.
  [[nodiscard]] virtual Result<std::string> get_archive(const std::string& container, const std::string& path) = 0;
};

}  // namespace divio::ports
