#include <fmt/format.h>

#include "cli/report/text_width.hpp"
#include "cli/show/show.hpp"
#include "cli/show/table.hpp"
#include "support/text.hpp"

namespace divio::cli {
namespace {

std::string painted_state(const RegionView& region, const Style& style) {
  if (region.state.empty()) return region.draining ? style.yellow("draining") : style.green("saved");
  if (region.state != "up") return style.red(region.state);
  return region.draining ? style.yellow("draining") : style.green("up");
}

std::string access_text(const RegionView& region) {
  return region.organisation.empty() ? "public" : "dedicated to " + region.organisation;
}

std::string memory_text(const RegionView& region) {
  if (region.memory_bytes == 0) return {};
  return fmt::format("{} of {}", human_bytes(region.reserved_memory_bytes), human_bytes(region.memory_bytes));
}

std::string cpu_text(const RegionView& region) {
  if (region.cores == 0) return {};
  return fmt::format("{:g} of {}", region.reserved_cpu_millis / 1000.0, region.cores);
}

std::string labels_text(const RegionView& region) {
  std::vector<std::string> labels;
  for (const auto& [key, value] : region.labels) labels.push_back(printable(fmt::format("{}={}", key, value)));
  return join(labels, ", ");
}

std::string others_text(const RegionView& region) {
  std::vector<std::string> others;
  for (const auto& other : region.others) others.push_back(printable(fmt::format("{} ({})", other.environment, other.catalogue)));
  return join(others, ", ");
}

std::string room_note(const RegionView& region) {
  if (region.unlimited == 0) return {};
  return fmt::format("{} of its instances and servers {} no memory limit and reserve{} nothing", region.unlimited,
                     region.unlimited == 1 ? "has" : "have", region.unlimited == 1 ? "s" : "");
}

std::string ahead_text(double seconds) {
  if (seconds > -0.05 && seconds < 0.05) return "the same as here";
  return fmt::format("{:.1f} s {}", seconds < 0 ? -seconds : seconds, seconds < 0 ? "behind" : "ahead");
}

// "15, 14 on the engine; 16 to be fetched" for each type of service. An image that is not the official one is named.
std::vector<std::pair<std::string, std::string>> offers_of(const RegionCheckView& check) {
  std::vector<std::pair<std::string, std::string>> lines;
  for (auto one = check.services.begin(); one != check.services.end();) {
    const auto type = one->type;
    std::vector<std::string> there, elsewhere;
    for (; one != check.services.end() && one->type == type; ++one) {
      const bool official = one->image == type + ":" + one->version;
      (one->present ? there : elsewhere).push_back(official ? one->version : fmt::format("{} ({})", one->version, one->image));
    }
    auto text = there.empty() ? std::string() : join(there, ", ") + " on the engine";
    if (!elsewhere.empty()) text += (text.empty() ? "" : "; ") + join(elsewhere, ", ") + " to be fetched";
    lines.emplace_back(type, std::move(text));
  }
  return lines;
}

std::string from_to(const RegionPlanView::Change& change) {
  const auto shown = [](const std::string& text) { return text.empty() ? std::string("nothing") : printable(text); };
  return fmt::format("{}: {} -> {}", change.setting, shown(change.from), shown(change.to));
}

}  // namespace

std::string text_of(const std::vector<RegionView>& regions, const Style& style) {
  std::vector<Row> rows;
  for (const auto& region : regions)
    rows.push_back({region.name + (region.is_default ? " (default)" : ""), painted_state(region, style),
                    printable(region.location), region.provider, region.organisation, region.engine,
                    fmt::format("{}", region.environments.size()), region.state == "up" ? fmt::format("{}", region.instances) : "",
                    memory_text(region), cpu_text(region)});
  auto text = table_text({"REGION", "STATE", "LOCATION", "PROVIDER", "DEDICATED", "ENGINE", "ENVIRONMENTS", "INSTANCES",
                          "MEMORY", "CPU"}, rows, style);
  for (const auto& region : regions)
    if (!region.problem.empty()) text += fmt::format("\n{} {}: {}\n", style.red("problem:"), region.name, printable(region.problem));
  return text;
}

std::string text_of(const RegionView& region, const Style& style) {
  auto text = fmt::format("{}: {}\n", region.name, painted_state(region, style));
  text += block_text({{"endpoint", region.endpoint},
                      {"certificates", printable(region.certificates)},
                      {"engine", region.engine},
                      {"location", printable(region.location)},
                      {"provider", region.provider},
                      {"physical", region.physical == region.name ? "" : region.physical},
                      {"access", access_text(region)},
                      {"builder", region.builder},
                      {"service images", region.service_images},
                      {"registry", region.registry},
                      {"plans", region.plans},
                      {"default", region.is_default ? "yes" : ""},
                      {"draining", region.draining ? "yes" : ""},
                      {"ingress", fmt::format("{}:{}", region.address, region.ingress_port)},
                      {"relay port", region.relay_port == 0 ? "" : fmt::format("{}", region.relay_port)},
                      {"domain", region.domain},
                      {"labels", labels_text(region)},
                      {"environments", join(region.environments, ", ")},
                      {"of others", others_text(region)},
                      {"instances", region.state == "up" ? fmt::format("{}", region.instances) : ""},
                      {"servers", join(region.servers, ", ")},
                      {"memory", memory_text(region)},
                      {"cpu", cpu_text(region)}},
                     style);
  if (const auto note = room_note(region); !note.empty()) text += "\n" + note + "\n";
  if (!region.problem.empty()) text += fmt::format("\n{} {}\n", style.red("problem:"), printable(region.problem));
  return text;
}

std::string text_of(const RegionCheckView& check, const Style& style) {
  auto text = fmt::format("{}: {}\n", check.name, check.usable ? style.green("usable") : style.red("cannot be used"));
  std::vector<std::pair<std::string, std::string>> lines{{"endpoint", check.endpoint}};
  if (check.usable)
    lines.insert(lines.end(),
                 {{"engine", fmt::format("{} {} (API {})", check.engine, check.version, check.api_version)},
                  {"machine", fmt::format("{}, {} cores, {} of memory", check.architecture, check.cores, human_bytes(check.memory_bytes))},
                  {"system", printable(check.operating_system)},
                  {"disk", check.disk_bytes == 0 ? "unknown: the ingress's image, which could look, is not there yet"
                                                 : fmt::format("{} of {} free", human_bytes(check.disk_free_bytes), human_bytes(check.disk_bytes))},
                  {"clock", ahead_text(check.clock_ahead_seconds)},
                  {"round trip", fmt::format("{:.1f} ms", check.round_trip_seconds * 1000)},
                  {"builds", check.builds},
                  {"ingress", check.ingress}});
  for (auto& line : offers_of(check)) lines.push_back(std::move(line));
  text += block_text(lines, style);
  return check.findings.empty() ? text : text + "\n" + text_of(check.findings, style);
}

std::string text_of(const RegionPlanView& plan, const Style& style) {
  std::string text;
  for (const auto& line : plan.regions) {
    if (line.action == "keep") continue;
    text += fmt::format("{} {}\n", style.bold(line.action), line.region);
    for (const auto& change : line.changes) text += fmt::format("  {}\n", from_to(change));
  }
  if (text.empty()) return "Nothing to do\n";
  return plan.outcome == "planned" ? text : text + style.green("Done") + "\n";
}

std::string text_of(const RegionRemovalView& removal, const Style&) {
  auto text = fmt::format("Region {} is {}\n", removal.name, removal.name == "local" ? "as it was before its first use" : "removed");
  for (const auto& thing : removal.removed) text += fmt::format("  with it: {}\n", thing);
  return text;
}

std::string text_of(const RegionImportView& import, const Style& style) {
  std::vector<Row> rows;
  for (const auto& one : import.environments)
    rows.push_back({printable(one.environment), one.action, fmt::format("{}", one.release), fmt::format("{}", one.releases),
                    fmt::format("{}", one.services), fmt::format("{}", one.lost.size())});
  auto text = fmt::format("Catalogue {}, last changed by {}\n\n", import.catalogue, printable(import.keeper));
  text += table_text({"ENVIRONMENT", "ACTION", "RELEASE", "RELEASES", "SERVICES", "LOST"}, rows, style);
  for (const auto& one : import.environments)
    if (!one.lost.empty())
      text += fmt::format("\n{} {}: {}\n", style.yellow("lost of"), printable(one.environment), printable(join(one.lost, ", ")));
  for (const auto& one : import.environments)
    if (!one.moving.empty()) text += fmt::format("\n{} {}: from {}\n", style.yellow("being moved"), printable(one.environment), printable(one.moving));
  if (import.outcome == "imported") text += "\n" + style.green("Imported") + "\n";
  return text;
}

}  // namespace divio::cli
