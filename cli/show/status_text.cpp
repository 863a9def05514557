#include <fmt/format.h>

#include "cli/report/text_width.hpp"
#include "cli/show/show.hpp"
#include "cli/show/table.hpp"
#include "support/text.hpp"

namespace divio::cli {
namespace {

std::string painted_state(const std::string& state, const Style& style) {
  if (state == "serving" || state == "running" || state == "passing") return style.green(state);
  if (state == "degraded" || state == "restarting" || state == "unknown") return style.yellow(state);
  if (state == "down" || state == "dead" || state == "exited" || state == "failing") return style.red(state);
  return state;
}

std::string processes_text(const StatusView& status, const Style& style) {
  std::vector<Row> rows;
  for (const auto& [name, process] : status.processes) {
    const bool well = process.healthy >= process.wanted;
    const auto healthy = fmt::format("{}", process.healthy);
    rows.push_back({name, fmt::format("{}", process.wanted), fmt::format("{}", process.running),
                    well ? healthy : style.red(healthy)});
  }
  return "\n" + table_text({"PROCESS", "WANTED", "RUNNING", "HEALTHY"}, rows, style);
}

std::string instances_text(const StatusView& status, const Style& style) {
  std::vector<Row> rows;
  for (const auto& instance : status.instances)
    rows.push_back({instance.name, instance.process, fmt::format("{}", instance.release),
                    painted_state(instance.state, style), painted_state(instance.health, style),
                    instance.restarts == 0 ? "" : fmt::format("{}", instance.restarts),
                    short_time(instance.started_at)});
  auto text =
      "\n" + table_text({"INSTANCE", "PROCESS", "RELEASE", "STATE", "HEALTH", "RESTARTS", "STARTED"}, rows, style);
  for (const auto& instance : status.instances)
    if (!instance.note.empty()) text += fmt::format("\n{}: {}\n", instance.name, printable(instance.note));
  return text;
}

std::string dns_text(const StatusView& status, const Style& style) {
  if (status.dns.empty()) return {};
  std::vector<Row> rows;
  for (const auto& domain : status.dns)
    rows.push_back({domain.name, domain.does.empty() ? "nowhere" : domain.does, domain.right ? style.green("right") : style.yellow("should lead to " + domain.should)});
  return "\n" + table_text({"DOMAIN", "DNS LEADS TO", ""}, rows, style);
}

}  // namespace

std::string reach_text(const std::string& url, const std::string& address) {
  if (address.empty()) return {};
  const auto host = std::string_view(url).substr(url.find("://") + 3);
  return fmt::format("{} with Host: {}", address, host.substr(0, host.find(':')));
}

std::string text_of(const StatusView& status, const Style& style) {
  auto text = fmt::format("{}/{}: {}\n", status.project, status.environment, painted_state(status.state, style));
  const auto release = status.release == 0 ? "" : fmt::format("{}", status.release);
  text += block_text({{"url", status.url},
                      {"reach it at", reach_text(status.url, status.address)},
                      {"domains", join(status.domains, ", ")},
                      {"region", status.region},
                      {"release", release},
                      {"commit", short_commit(status.commit)},
                      {"branch", status.branch},
                      {"image", status.image},
                      {"operation", status.operation}},
                     style);
  if (!status.processes.empty()) text += processes_text(status, style);
  if (!status.instances.empty()) text += instances_text(status, style);
  if (!status.services.empty()) text += "\n" + text_of(status.services, style);
  text += text_of(status.backups, style);
  text += dns_text(status, style);
  for (const auto& problem : status.problems) text += fmt::format("\n{} {}\n", style.red("problem:"), printable(problem));
  return text;
}

}  // namespace divio::cli
