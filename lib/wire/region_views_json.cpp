#include "wire/event_parts.hpp"
#include "wire/views_json.hpp"

namespace divio::wire {
namespace {

OrderedJson others_of(const RegionView& region) {
  auto others = OrderedJson::array();
  for (const auto& other : region.others) others.push_back({{"environment", other.environment}, {"catalogue", other.catalogue}});
  return others;
}

OrderedJson json_of(const RegionView& region) {
  return {{"name", region.name},
          {"endpoint", region.endpoint},
          {"certificates", region.certificates},
          {"ingress_port", region.ingress_port},
          {"domain", region.domain},
          {"address", region.address},
          {"location", region.location},
          {"provider", region.provider},
          {"physical", region.physical},
          {"access", region.organisation.empty() ? "public" : "dedicated"},
          {"organisation", region.organisation},
          {"builder", region.builder},
          {"service_images", region.service_images},
          {"registry", region.registry},
          {"plans", region.plans},
          {"relay_port", region.relay_port},
          {"labels", region.labels},
          {"default", region.is_default},
          {"draining", region.draining},
          {"state", region.state},
          {"problem", region.problem},
          {"engine", region.engine},
          {"cores", region.cores},
          {"memory_bytes", region.memory_bytes},
          {"environments", region.environments},
          {"others", others_of(region)},
          {"instances", region.instances},
          {"servers", region.servers},
          {"reserved_memory_bytes", region.reserved_memory_bytes},
          {"reserved_cpu_millis", region.reserved_cpu_millis},
          {"unlimited_instances", region.unlimited}};
}

std::string_view word(Finding::Level level) {
  switch (level) {
    case Finding::Level::good: return "good";
    case Finding::Level::warning: return "warning";
    case Finding::Level::bad: break;
  }
  return "bad";
}

OrderedJson json_of(const RegionPlanView::Line& line) {
  auto changes = OrderedJson::array();
  for (const auto& [setting, from, to] : line.changes) changes.push_back({{"setting", setting}, {"from", from}, {"to", to}});
  return {{"region", line.region}, {"action", line.action}, {"changes", std::move(changes)}};
}

}  // namespace

std::string to_json(const RegionView& region) { return one_line(json_of(region)); }

std::string to_json(const std::vector<RegionView>& regions) {
  auto array = OrderedJson::array();
  for (const auto& region : regions) array.push_back(json_of(region));
  return one_line(OrderedJson{{"regions", std::move(array)}});
}

std::string to_json(const RegionCheckView& check) {
  auto services = OrderedJson::array();
  for (const auto& one : check.services)
    services.push_back({{"type", one.type}, {"version", one.version}, {"image", one.image}, {"present", one.present}});
  auto findings = OrderedJson::array();
  for (const auto& finding : check.findings)
    findings.push_back({{"level", word(finding.level)}, {"subject", finding.subject}, {"text", finding.text}, {"hint", finding.hint}});
  return one_line(OrderedJson{{"name", check.name},
                              {"endpoint", check.endpoint},
                              {"usable", check.usable},
                              {"engine", check.engine},
                              {"version", check.version},
                              {"api_version", check.api_version},
                              {"architecture", check.architecture},
                              {"operating_system", check.operating_system},
                              {"cores", check.cores},
                              {"memory_bytes", check.memory_bytes},
                              {"disk_bytes", check.disk_bytes},
                              {"disk_free_bytes", check.disk_free_bytes},
                              {"clock_ahead_seconds", check.clock_ahead_seconds},
                              {"round_trip_seconds", check.round_trip_seconds},
                              {"builds", check.builds},
                              {"ingress", check.ingress},
                              {"services", std::move(services)},
                              {"findings", std::move(findings)}});
}

std::string to_json(const RegionPlanView& plan) {
  auto regions = OrderedJson::array();
  for (const auto& line : plan.regions) regions.push_back(json_of(line));
  return one_line(OrderedJson{{"outcome", plan.outcome}, {"regions", std::move(regions)}});
}

std::string to_json(const RegionRemovalView& removal) {
  return one_line(OrderedJson{{"name", removal.name}, {"removed", removal.removed}});
}

std::string to_json(const RegionImportView& import) {
  auto environments = OrderedJson::array();
  for (const auto& one : import.environments)
    environments.push_back({{"environment", one.environment}, {"action", one.action}, {"release", one.release},
                            {"releases", one.releases}, {"services", one.services}, {"lost", one.lost},
                            {"moving", one.moving}});
  return one_line(OrderedJson{{"region", import.region},
                              {"endpoint", import.endpoint},
                              {"catalogue", import.catalogue},
                              {"keeper", import.keeper},
                              {"outcome", import.outcome},
                              {"environments", std::move(environments)}});
}

}  // namespace divio::wire
