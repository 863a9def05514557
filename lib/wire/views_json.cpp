#include "wire/views_json.hpp"

#include "wire/event_parts.hpp"

namespace divio::wire {
namespace {

OrderedJson json_of(const InstanceView& instance) {
  return {{"name", instance.name},         {"process", instance.process},       {"release", instance.release},
          {"state", instance.state},       {"health", instance.health},         {"started_at", instance.started_at},
          {"restarts", instance.restarts}, {"note", instance.note}};
}

OrderedJson json_of(const ReleaseView& release) {
  return {{"number", release.number},         {"state", release.state},           {"image", release.image},
          {"digest", release.digest},
          {"commit", release.commit},         {"branch", release.branch},         {"subject", release.subject},
          {"created_at", release.created_at}, {"created_by", release.created_by}, {"reason", release.reason},
          {"image_kept", release.image_kept}};
}

OrderedJson json_of(const RolloutOutcome& outcome) {
  return {{"type", "result"},           {"operation", outcome.operation}, {"release", outcome.release},
          {"image", outcome.image},     {"commit", outcome.commit},       {"reused", outcome.reused},
          {"outcome", outcome.outcome}, {"url", outcome.url},             {"address", outcome.address},
          {"region", outcome.region},   {"plan", stages_json(outcome.plan)}};
}

OrderedJson json_of(const VariableView& variable) {
  return {{"name", variable.name}, {"value", variable.value}, {"secret", variable.secret}};
}

OrderedJson json_of(const OperationView& operation) {
  return {{"id", operation.id},
          {"kind", operation.kind},
          {"project", operation.project},
          {"environment", operation.environment},
          {"began_at", operation.began_at},
          {"ended_at", operation.ended_at},
          {"outcome", operation.outcome},
          {"summary", operation.summary},
          {"person", operation.person}};
}

OrderedJson json_of(const OperationRecordView& record) {
  return {{"at", record.at}, {"event", record.event}, {"subject", record.subject}, {"detail", record.detail}};
}

OrderedJson json_of(const ProjectView::EnvironmentLine& environment) {
  return {{"name", environment.name},
          {"region", environment.region},
          {"url", environment.url},
          {"release", environment.release},
          {"stopped", environment.stopped}};
}

OrderedJson json_of(const Finding& finding) {
  const auto* const level = finding.level == Finding::Level::good      ? "good"
                            : finding.level == Finding::Level::warning ? "warning"
                                                                       : "bad";
  return {{"level", level}, {"subject", finding.subject}, {"text", finding.text}, {"hint", finding.hint}};
}

OrderedJson json_of(const ProjectView& project);

template <class View>
OrderedJson array_of(const std::vector<View>& views) {
  auto array = OrderedJson::array();
  for (const auto& view : views) array.push_back(json_of(view));
  return array;
}

OrderedJson json_of(const ProjectView& project) {
  return {{"name", project.name},
          {"application", project.application},
          {"directory", project.directory},
          {"environments", array_of(project.environments)}};
}

template <class View>
std::string list(const char* member, const std::vector<View>& views) {
  return one_line(OrderedJson{{member, array_of(views)}});
}

}  // namespace

std::string to_json(const StatusView& status) {
  auto dns = OrderedJson::array();
  for (const auto& domain : status.dns)
    dns.push_back({{"name", domain.name}, {"should", domain.should}, {"does", domain.does}, {"right", domain.right}});
  auto processes = OrderedJson::object();
  for (const auto& [name, process] : status.processes)
    processes[name] = {{"wanted", process.wanted}, {"running", process.running}, {"healthy", process.healthy}};
  return one_line(OrderedJson{{"project", status.project},
                              {"environment", status.environment},
                              {"region", status.region},
                              {"url", status.url},
                              {"address", status.address},
                              {"domains", status.domains},
                              {"release", status.release},
                              {"commit", status.commit},
                              {"branch", status.branch},
                              {"image", status.image},
                              {"state", status.state},
                              {"processes", std::move(processes)},
                              {"instances", array_of(status.instances)},
                              {"operation", status.operation},
                              {"problems", status.problems},
                              {"services", services_json(status.services)},
                              {"backups", backups_json(status.backups)},
                              {"dns", std::move(dns)}});
}

std::string to_json(const BuildOutcome& outcome) {
  return one_line(OrderedJson{{"type", "result"},
                              {"operation", outcome.operation},
                              {"image", outcome.image},
                              {"image_id", outcome.image_id},
                              {"commit", outcome.commit},
                              {"reused", outcome.reused}});
}

std::string to_json(const RolloutOutcome& outcome) { return one_line(json_of(outcome)); }
std::string to_json(const ProjectView& project) { return one_line(json_of(project)); }

std::string to_json(const OperationDetails& details) {
  auto object = json_of(details.operation);
  object["records"] = array_of(details.records);
  return one_line(object);
}

std::string to_json(const std::vector<ReleaseView>& releases) { return list("releases", releases); }
std::string to_json(const std::vector<VariableView>& variables) { return list("variables", variables); }
std::string to_json(const std::vector<ProjectView>& projects) { return list("projects", projects); }
std::string to_json(const std::vector<OperationView>& operations) { return list("operations", operations); }
std::string to_json(const std::vector<Finding>& findings) { return list("findings", findings); }

std::string to_json(const std::vector<RolloutOutcome>& outcomes) {
  return one_line(OrderedJson{{"type", "result"}, {"outcomes", array_of(outcomes)}});
}

std::string text_json(const std::string& member, const std::string& text) { return one_line(OrderedJson{{member, text}}); }

std::string texts_json(const std::string& member, const std::vector<std::string>& texts) {
  return one_line(OrderedJson{{member, texts}});
}

std::string variable_json(const std::string& name, const Secret& value, bool secret) {
  return one_line(OrderedJson{{"name", name}, {"value", value.reveal()}, {"secret", secret}});
}

}  // namespace divio::wire
