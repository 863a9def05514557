// The log of a build, a pull or a push, which the engine sends as JSON objects one after the other.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "system/lines.hpp"

namespace divio::engines {

using LineSink = std::function<void(std::string_view)>;

// The last lines of a log, for telling what happened before a failure.
class LastLines {
 public:
  void add(std::string_view line);
  // "the last lines were:\n  ...", or nothing if there were none.
  [[nodiscard]] std::string hint() const;

 private:
  static constexpr std::size_t limit = 8;
  std::deque<std::string> lines_;
};

// Turns the stream into lines for people. One stream, one thread at a time.
class BuildLog {
 public:
  explicit BuildLog(LineSink line) : line_(std::move(line)) {}

  void feed(std::string_view bytes);
  void finish();

  [[nodiscard]] const std::string& error() const noexcept { return error_; }  // the engine's sentence; empty: none
  [[nodiscard]] const std::string& image_id() const noexcept { return image_id_; }  // of a finished build
  [[nodiscard]] const std::string& digest() const noexcept { return digest_; }      // of what was pushed
  [[nodiscard]] const LastLines& last_lines() const noexcept { return last_; }

 private:
  void take(std::string_view object);
  void say(std::string_view line);

  LineSink line_;
  system::Lines objects_;
  system::Lines output_;
  LastLines last_;
  std::string error_;
  std::string image_id_;
  std::string digest_;
};

}  // namespace divio::engines
