#include <fmt/format.h>

#include "cli/report/text_width.hpp"
#include "cli/show/show.hpp"
#include "cli/show/table.hpp"

namespace divio::cli {
namespace {

std::string number_text(int number) { return number == 0 ? "" : fmt::format("{}", number); }

std::string painted_outcome(const std::string& outcome, const Style& style) {
  if (outcome == "succeeded" || outcome == "active") return style.green(outcome);
  if (outcome == "failed") return style.red(outcome);
  if (outcome == "interrupted" || outcome == "running" || outcome == "pending") return style.yellow(outcome);
  return outcome;
}

std::string mark(Finding::Level level, const Style& style) {
  switch (level) {
    case Finding::Level::good: return style.green(style.unicode ? "✓" : "good");
    case Finding::Level::warning: return style.yellow(style.unicode ? "!" : "warning");
    case Finding::Level::bad: return style.red(style.unicode ? "✗" : "bad");
  }
  return {};
}

}  // namespace

std::string text_of(const std::vector<ReleaseView>& releases, const Style& style) {
  if (releases.empty()) return "No releases yet\n";
  std::vector<Row> rows;
  for (const auto& release : releases)
    rows.push_back({fmt::format("{}", release.number), painted_outcome(release.state, style),
                    short_time(release.created_at), short_commit(release.commit), printable(release.branch), printable(release.subject),
                    release.created_by, release.image_kept ? "" : release.digest.empty() ? "image is gone" : "in its registry",
                    printable(release.reason)});
  return table_text({"RELEASE", "STATE", "CREATED", "COMMIT", "BRANCH", "SUBJECT", "BY", "IMAGE", "REASON"}, rows, style);
}

std::string text_of(const std::vector<VariableView>& variables, const Style& style) {
  if (variables.empty()) return "No variables\n";
  std::vector<Row> rows;
  for (const auto& variable : variables)
    rows.push_back({variable.name, printable(variable.value), variable.secret ? "secret" : ""});
  return table_text({"NAME", "VALUE", "KIND"}, rows, style);
}

std::string text_of(const std::vector<ProjectView>& projects, const Style& style) {
  if (projects.empty()) return "No projects yet\n";
  std::vector<Row> rows;
  for (const auto& project : projects) {
    std::string environments;
    for (const auto& environment : project.environments)
      environments += (environments.empty() ? "" : ", ") + environment.name;
    rows.push_back({project.name, project.application, environments, project.directory});
  }
  return table_text({"PROJECT", "APPLICATION", "ENVIRONMENTS", "FOLDER"}, rows, style);
}

std::string text_of(const ProjectView& project, const Style& style) {
  std::vector<Row> rows;
  for (const auto& environment : project.environments)
    rows.push_back({environment.name, environment.region, number_text(environment.release),
                    environment.stopped ? "stopped" : "", environment.url});
  auto text = project.name + "\n" +
              block_text({{"application", project.application}, {"folder", project.directory}}, style);
  if (!rows.empty()) text += "\n" + table_text({"ENVIRONMENT", "REGION", "RELEASE", "STATE", "URL"}, rows, style);
  return text;
}

std::string text_of(const std::vector<OperationView>& operations, const Style& style) {
  if (operations.empty()) return "No operations yet\n";
  std::vector<Row> rows;
  for (const auto& operation : operations)
    rows.push_back({operation.id, operation.kind, operation.project, operation.environment,
                    painted_outcome(operation.outcome, style), short_time(operation.began_at), operation.person,
                    printable(operation.summary)});
  return table_text({"OPERATION", "KIND", "PROJECT", "ENVIRONMENT", "OUTCOME", "BEGAN", "BY", "SUMMARY"}, rows, style);
}

std::string text_of(const OperationDetails& details, const Style& style) {
  const auto& operation = details.operation;
  auto text = fmt::format("{} {}/{}: {}\n", operation.kind, operation.project, operation.environment,
                          painted_outcome(operation.outcome, style));
  text += block_text({{"operation", operation.id},
                      {"began", short_time(operation.began_at)},
                      {"ended", short_time(operation.ended_at)},
                      {"by", operation.person},
                      {"summary", printable(operation.summary)}},
                     style);
  std::vector<Row> rows;
  for (const auto& record : details.records)
    rows.push_back({short_time(record.at), record.event, record.subject, printable(record.detail)});
  if (!rows.empty()) text += "\n" + table_text({"TIME", "EVENT", "SUBJECT", "DETAIL"}, rows, style);
  return text;
}

std::string text_of(const std::vector<Finding>& findings, const Style& style) {
  std::string text;
  for (const auto& finding : findings) {
    text += fmt::format("{} {}: {}\n", mark(finding.level, style), finding.subject, finding.text);
    if (!finding.hint.empty()) text += fmt::format("    {} {}\n", style.bold("hint:"), finding.hint);
  }
  return text;
}

}  // namespace divio::cli
