#include "controller/line_splitter.hpp"

namespace divio::controller {
namespace {

constexpr std::size_t longest = 65536;

}  // namespace

void LineSplitter::add(std::string_view bytes) {
  for (const char c : bytes) {
    if (c == '\n' || rest_.size() >= longest) {
      if (!rest_.empty() && rest_.back() == '\r') rest_.pop_back();
      line_(rest_);
      rest_.clear();
    }
    if (c != '\n') rest_ += c;
  }
}

void LineSplitter::finish() {
  if (!rest_.empty()) line_(rest_);
  rest_.clear();
}

}  // namespace divio::controller
