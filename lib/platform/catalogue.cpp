// What Platform answers from the catalogue alone: projects, variables, operations, and names for completion.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "controller/outcome.hpp"
#include "controller/views.hpp"
#include "platform/codebase.hpp"
#include "platform/parts.hpp"
#include "platform/record_mending.hpp"
#include "support/try.hpp"
#include "system/holder.hpp"

namespace divio {
namespace {

constexpr int most_completed = 50;

bool is_interrupted(const PlatformParts& parts, const model::Operation& operation) {
  return operation.outcome == model::Outcome::running && system::is_gone(operation.holder, parts.holder);
}

Result<std::string> url_in(PlatformParts& parts, const model::Environment& environment) {
  if (environment.release == 0) return std::string();
  DIVIO_TRY(release, parts.store->releases().release(environment.key, environment.release));
  DIVIO_TRY(region, parts.store->regions().region(environment.region));
  return release ? controller::url_of(region.value_or(model::Region{}), release->config.hosts) : std::string();
}

Result<ProjectView> view_of(PlatformParts& parts, const model::Project& project) {
  ProjectView view{project.name.str(), project.application, project.directory, {}};
  DIVIO_TRY(environments, parts.store->projects().environments(project.name));
  for (const auto& environment : environments) {
    DIVIO_TRY(url, url_in(parts, environment));
    view.environments.push_back({environment.key.environment.str(), environment.region.str(), url, environment.release, environment.stopped});
  }
  return view;
}

VariableView view_of(const std::string& name, const model::Variable& variable) {
  return {name, variable.secret ? std::string(Secret::redacted) : variable.value.reveal(), variable.secret};
}

// An environment may get its variables before its first deployment.
Result<model::EnvironmentKey> need_place_for_variables(PlatformParts& parts, const Target& target) {
  DIVIO_TRY(key, find_key(target));
  DIVIO_TRY(known, parts.store->projects().environment(key));
  if (known) return key;
  DIVIO_TRY(project, parts.store->projects().project(key.project));
  if (!project) DIVIO_CHECK(parts.store->projects().put_project({.name = key.project}));
  DIVIO_CHECK(parts.store->projects().put_environment({.key = key}));
  return key;
}

}  // namespace

Result<std::vector<VariableView>> Platform::variables(const Target& target) {
  DIVIO_TRY(key, find_key(target));
  DIVIO_TRY(variables, parts_->store->variables().variables(key));
  std::vector<VariableView> views;
  for (const auto& [name, variable] : variables) views.push_back(view_of(name, variable));
  return views;
}

Result<Secret> Platform::variable(const Target& target, const std::string& name) {
  DIVIO_TRY(key, find_key(target));
  DIVIO_TRY(variables, parts_->store->variables().variables(key));
  const auto found = variables.find(name);
  if (found != variables.end()) return found->second.value;
  return fail(ErrorCode::not_found, fmt::format("{} has no variable {}", key.stem(), name),
              fmt::format("divioctl variable list -e {} lists them", key.environment.str()));
}

Result<void> Platform::set_variables(const Target& target, const std::vector<VariableSetRequest>& requests) {
  for (const auto& request : requests) DIVIO_CHECK(model::check_variable_name(request.name));
  DIVIO_TRY(key, need_place_for_variables(*parts_, target));
  for (const auto& request : requests)
    DIVIO_CHECK(parts_->store->variables().set_variable(key, request.name, {request.value, request.secret}));
  mend_record(*parts_, key);
  return {};
}

Result<void> Platform::unset_variables(const Target& target, const std::vector<std::string>& names) {
  DIVIO_TRY(key, find_key(target));
  for (const auto& name : names) DIVIO_CHECK(parts_->store->variables().unset_variable(key, name));
  mend_record(*parts_, key);
  return {};
}

Result<std::vector<ProjectView>> Platform::projects() {
  DIVIO_TRY(projects, parts_->store->projects().projects());
  std::vector<ProjectView> views;
  for (const auto& project : projects) {
    DIVIO_TRY(view, view_of(*parts_, project));
    views.push_back(std::move(view));
  }
  return views;
}

Result<ProjectView> Platform::project(const Target& target) {
  DIVIO_TRY(key, find_key(target));
  DIVIO_TRY(project, parts_->store->projects().project(key.project));
  if (project) return view_of(*parts_, *project);
  return fail(ErrorCode::not_found, fmt::format("there is no project {}", key.project.str()), "divioctl deploy makes it; divioctl project list lists what is there");
}

Result<std::vector<OperationView>> Platform::operations(const Target& target, int limit) {
  std::optional<model::EnvironmentKey> key;
  if (!target.project.empty()) {
    DIVIO_ASSIGN(key, find_key(target));
  }
  DIVIO_TRY(operations, parts_->store->journal().operations(key, limit));
  std::vector<OperationView> views;
  for (const auto& operation : operations) views.push_back(controller::view_of(operation, is_interrupted(*parts_, operation)));
  return views;
}

Result<OperationDetails> Platform::operation(const std::string& id) {
  DIVIO_TRY(operation, parts_->store->journal().operation(id));
  if (!operation) return fail(ErrorCode::not_found, fmt::format("there is no operation {}", id), "divioctl operation list lists them");
  OperationDetails details{controller::view_of(*operation, is_interrupted(*parts_, *operation)), {}};
  DIVIO_TRY(records, parts_->store->journal().records(id));
  for (const auto& record : records)
    details.records.push_back({model::to_rfc3339(record.at), record.event, record.subject, record.detail});
  return details;
}

std::vector<std::string> Platform::project_names() {
  std::vector<std::string> names;
  if (const auto projects = parts_->store->projects().projects())
    for (const auto& project : *projects) names.push_back(project.name.str());
  return names;
}

std::vector<std::string> Platform::application_names() {
  std::set<std::string> names;
  if (const auto projects = parts_->store->projects().projects())
    for (const auto& project : *projects) names.insert(project.application);
  names.erase("");
  return {names.begin(), names.end()};
}

std::vector<std::string> Platform::environment_names(const Target& target) {
  std::vector<std::string> names;
  if (target.project.empty())
    if (const auto file = project_file_of(target.directory))
      for (const auto& [name, environment] : file->environments) names.push_back(name.str());
  const auto key = find_key(target);
  if (!key) return names;
  if (const auto environments = parts_->store->projects().environments(key->project))
    for (const auto& environment : *environments) {
      const auto& name = environment.key.environment.str();
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  return names;
}

std::vector<std::string> Platform::process_names(const Target& target) {
  std::vector<std::string> names;
  const auto key = find_key(target);
  if (!key) return names;
  const auto environment = parts_->store->projects().environment(*key);
  if (!environment || !*environment) return names;
  const auto release = parts_->store->releases().release(*key, (*environment)->release);
  if (release && *release)
    for (const auto& process : (*release)->config.processes) names.push_back(process.name.str());
  return names;
}

std::vector<std::string> Platform::release_numbers(const Target& target) {
  std::vector<std::string> numbers;
  const auto key = find_key(target);
  if (!key) return numbers;
  if (const auto releases = parts_->store->releases().releases(*key))
    for (const auto& release : *releases) numbers.push_back(std::to_string(release.number));
  return numbers;
}

std::vector<std::string> Platform::operation_ids() {
  std::vector<std::string> ids;
  if (const auto operations = parts_->store->journal().operations(std::nullopt, most_completed))
    for (const auto& operation : *operations) ids.push_back(operation.id);
  return ids;
}

}  // namespace divio
