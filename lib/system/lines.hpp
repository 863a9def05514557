// Cuts a stream of bytes that arrives in pieces into lines.
#pragma once

#include <string>
#include <string_view>

namespace divio::system {

// One stream, one thread at a time. A line ends at '\n' (a '\r' before it is dropped too) or after `longest` bytes, so
// that output without line endings cannot fill the memory.
class Lines {
 public:
  static constexpr std::size_t longest = 1048576;

  // Calls `line(std::string_view)` for each line that is complete now.
  template <class Line>
  void feed(std::string_view bytes, Line&& line) {
    while (!bytes.empty()) {
      const auto end = bytes.find('\n');
      const auto taken = bytes.substr(0, end);
      rest_.append(taken);
      bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
      if (end == std::string_view::npos && rest_.size() < longest) return;
      give(line);
    }
  }

  // At the end of the stream: the last line if it had no ending.
  template <class Line>
  void finish(Line&& line) {
    if (!rest_.empty()) give(line);
  }

 private:
  template <class Line>
  void give(Line& line) {
    std::string_view text = rest_;
    if (text.ends_with('\r')) text.remove_suffix(1);
    line(text);
    rest_.clear();
  }
  std::string rest_;
};

}  // namespace divio::system
