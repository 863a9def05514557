#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ranges>

#include "config/draft.hpp"
#include "config/quantities.hpp"
#include "support/text.hpp"

namespace divio::config {
namespace {

using namespace std::chrono_literals;

constexpr DurationRange check_times{100ms, 10min};
constexpr DurationRange start_times{1s, 1h};
constexpr DurationRange stop_times{0s, 1h};
constexpr std::string_view command_example = "[python3, worker.py]";

// A string is run by a shell, a list is run as it is.
Result<std::vector<std::string>> read_command(const YamlNode& node) {
  std::vector<std::string> words;
  if (node.kind == YamlNode::Kind::text) {
    DIVIO_TRY(line, read_text(node));
    if (!trim(line).empty()) words = {"/bin/sh", "-c", std::move(line)};
  } else if (node.kind == YamlNode::Kind::list) {
    DIVIO_ASSIGN(words, read_texts(node, command_example));
  } else {
    return wrong_kind(node, "a list of words or a text", fmt::format("write it like {}", command_example));
  }
  if (words.empty() || trim(words.front()).empty())
    return problem(node.place, fmt::format("{} is empty", node.name),
                   fmt::format("write it like {}, or leave it out to run what the image says", command_example));
  return words;
}

Result<void> check_traffic(const YamlNode& node, const model::Process& process) {
  if (takes_traffic(process.name)) return {};
  return problem(node.key_place,
                 fmt::format("the process '{}' cannot have '{}', because requests are routed to 'web' only",
                             process.name.str(), node.name),
                 fmt::format("remove '{}', or name the process 'web'", node.name));
}

Result<void> read_port(const YamlNode& node, model::Process& process) {
  DIVIO_CHECK(check_traffic(node, process));
  DIVIO_TRY(port, read_whole_number(node, 1, 65535));
  process.port = static_cast<std::uint16_t>(port);
  return {};
}

Result<void> read_health(const YamlNode& node, model::Process& process) {
  DIVIO_CHECK(check_traffic(node, process));
  if (node.kind == YamlNode::Kind::text) return assign(process.health.path, read_checked(node, check_health_path));
  DIVIO_CHECK(check_map(node, "{path: /healthz}"));
  return read_fields(node, health_fields(), process.health);
}

Result<void> read_resources(const YamlNode& node, model::Process& process) {
  DIVIO_CHECK(check_map(node, "{memory: 256Mi, cpu: 0.25}"));
  return read_fields(node, resource_fields(), process.resources);
}

Result<void> read_drain_timeout(const YamlNode& node, model::Process& process) {
  DIVIO_CHECK(check_traffic(node, process));
  return assign(process.drain_timeout, read_seconds(node, stop_times));
}

}  // namespace

std::span<const Field<model::HealthCheck>> health_fields() {
  using Check = model::HealthCheck;
  static constexpr std::array<Field<Check>, 4> fields{
      {{"path",
        [](const YamlNode& node, Check& check) { return assign(check.path, read_checked(node, check_health_path)); }},
       {"interval",
        [](const YamlNode& node, Check& check) { return assign(check.interval, read_duration(node, check_times)); }},
       {"timeout",
        [](const YamlNode& node, Check& check) { return assign(check.timeout, read_duration(node, check_times)); }},
       {"start_timeout", [](const YamlNode& node, Check& check) {
          return assign(check.start_timeout, read_seconds(node, start_times));
        }}}};
  return fields;
}

std::span<const Field<model::Resources>> resource_fields() {
  using Limits = model::Resources;
  static constexpr std::array<Field<Limits>, 2> fields{
      {{"memory", [](const YamlNode& node, Limits& limits) { return assign(limits.memory_bytes, read_memory(node)); }},
       {"cpu", [](const YamlNode& node, Limits& limits) { return assign(limits.cpu_millis, read_cpu(node)); }}}};
  return fields;
}

std::span<const Field<model::Process>> process_fields() {
  using One = model::Process;
  static constexpr std::array<Field<One>, 7> fields{
      {{"command", [](const YamlNode& node, One& process) { return assign(process.command, read_command(node)); }},
       {"port", read_port},
       {"replicas", [](const YamlNode& node, One& process) { return assign(process.replicas, read_replicas(node)); }},
       {"health", read_health},
       {"resources", read_resources},
       {"stop_grace",
        [](const YamlNode& node, One& process) { return assign(process.stop_grace, read_seconds(node, stop_times)); }},
       {"drain_timeout", read_drain_timeout}}};
  return fields;
}

model::Process plain_process(model::ProcessName name) {
  return {std::move(name), {}, std::nullopt, 1, {}, {}};
}

bool takes_traffic(const model::ProcessName& name) {
  return name.str() == "web";
}

Result<int> read_replicas(const YamlNode& node) {
  return read_whole_number(node, 0, 100);
}

Result<void> read_processes(const YamlNode& node, Draft& draft) {
  DIVIO_CHECK(check_map(node, "{web: {port: 8000}}"));
  for (const auto& entry : node.children) {
    DIVIO_TRY(name, read_key_as<model::ProcessName>(entry));
    auto process = plain_process(std::move(name));
    DIVIO_CHECK(check_map(entry, "{replicas: 2}"));
    DIVIO_CHECK(read_fields(entry, process_fields(), process));
    draft.file.processes.push_back(std::move(process));
  }
  std::ranges::sort(draft.file.processes, {}, &model::Process::name);
  return {};
}

}  // namespace divio::config
