#include "services/server_trouble.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/full_disk.hpp"
#include "support/text.hpp"

namespace divio::services {
namespace {

using Lines = std::vector<std::string>;

bool says(const Lines& lines, std::string_view words) {
  return std::ranges::any_of(lines, [&](const auto& line) { return line.find(words) != std::string::npos; });
}

std::string with_log(std::string hint, const Lines& lines) {
  if (!lines.empty()) hint += "; the last lines of its log:";
  for (const auto& line : lines) hint += "\n  " + line;
  return hint;
}

struct Cause {
  std::string what;  // follows the server's name
  std::string remedy;
};

Cause cause_of(const Server& server, const ports::Container& container, const Lines& lines) {
  if (container.out_of_memory)
    return {fmt::format("ran out of memory ({})",
                        server.limits.memory_bytes == 0 ? "its host has no more" : human_bytes(server.limits.memory_bytes)),
            "give it more memory"};
  if (std::ranges::any_of(lines, [](const auto& line) { return model::says_full_disk(line); }))
    return {"has no room left on its disk", std::string(model::full_disk_hint)};
  if (says(lines, "database files are incompatible with server") || says(lines, "Can't handle RDB format version"))
    return {fmt::format("is of version {}, but its volume holds data of another", server.version),
            "use the version it was made with, and move to another by a backup and a restore"};
  if (container.state == ports::ContainerState::running)
    return {"runs, but does not become able to serve", "look at its log, and try again if it is still at work"};
  if (!container.error.empty()) return {"was not started by the engine: " + container.error, "see to what it says"};
  return {fmt::format("ended with exit code {}", container.exit_code), "look at its log"};
}

}  // namespace

Error explain_server(const Server& server, const ports::Container& container, const Lines& last_lines) {
  const auto cause = cause_of(server, container, last_lines);
  const bool runs = container.state == ports::ContainerState::running;
  return {runs ? ErrorCode::timed_out : ErrorCode::failed,
          fmt::format("the {} server '{}' {}", model::to_string(server.type), server.name, cause.what),
          with_log(cause.remedy, last_lines),
          {}};
}

}  // namespace divio::services
