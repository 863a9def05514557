// Bytes in, whole lines out.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace divio::controller {

// Calls `line` without the line ending (LF or CRLF); a line of more than 64 KiB is given in pieces. One thread at a time.
class LineSplitter {
 public:
  explicit LineSplitter(std::function<void(const std::string&)> line) : line_(std::move(line)) {}

  void add(std::string_view bytes);
  void finish();  // gives what is left without a line ending

 private:
  std::function<void(const std::string&)> line_;
  std::string rest_;
};

}  // namespace divio::controller
