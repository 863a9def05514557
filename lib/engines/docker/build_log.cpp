#include "engines/docker/build_log.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "engines/docker/json.hpp"
#include "support/text.hpp"

namespace divio::engines {
namespace {

// "1: digest: sha256:3f2a... size: 524": all that Podman says, and what Docker says too.
std::string digest_in(const std::string& status) {
  constexpr std::string_view before = ": digest: ";
  const auto found = status.find(before);
  if (found == std::string::npos) return {};
  const auto begin = found + before.size();
  return status.substr(begin, status.find(' ', begin) - begin);
}

}  // namespace

void LastLines::add(std::string_view line) {
  if (trim(line).empty()) return;
  lines_.emplace_back(line.substr(0, 400));
  if (lines_.size() > limit) lines_.pop_front();
}

std::string LastLines::hint() const {
  std::string text;
  for (const auto& line : lines_) text += (text.empty() ? "the last lines were:\n  " : "\n  ") + line;
  return text;
}

void BuildLog::feed(std::string_view bytes) {
  objects_.feed(bytes, [this](std::string_view object) { take(object); });
}

void BuildLog::finish() {
  objects_.finish([this](std::string_view object) { take(object); });
  output_.finish([this](std::string_view line) { say(line); });
}

void BuildLog::take(std::string_view object) {
  const auto entry = parse_or_null(object);
  if (const auto output = text(entry, "stream"); !output.empty())
    output_.feed(output, [this](std::string_view line) { say(line); });
  if (const auto id = text(at(entry, {"aux"}), "ID"); !id.empty()) image_id_ = id;
  if (auto digest = text(at(entry, {"aux"}), "Digest"); !digest.empty()) digest_ = std::move(digest);
  // The bars of a pull ("progressDetail") would be thousands of lines; what a layer reaches is enough.
  if (const auto status = text(entry, "status");
      !status.empty() && at(entry, {"progressDetail", "current"}).is_null()) {
    const auto layer = text(entry, "id");
    say(layer.empty() ? status : layer + ": " + status);
    if (auto digest = digest_in(status); digest_.empty() && layer.empty()) digest_ = std::move(digest);
  }
  if (auto message = text(at(entry, {"errorDetail"}), "message"); !message.empty())
    error_ = std::move(message);
  else if (auto plain = text(entry, "error"); !plain.empty())
    error_ = std::move(plain);
}

void BuildLog::say(std::string_view line) {
  last_.add(line);
  if (line_) line_(line);
}

}  // namespace divio::engines
