#include "config/project_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/draft.hpp"
#include "config/printable.hpp"
#include "support/text.hpp"

namespace divio::config {
namespace {

// A name that is known to be valid.
template <class Name>
Name name_of(std::string_view text) {
  return Name::parse(text).value();
}

void fill_in(model::ProjectFile& file) {
  if (file.processes.empty()) file.processes.push_back(plain_process(name_of<model::ProcessName>("web")));
  file.environments.try_emplace(name_of<model::EnvironmentName>("test"));
  file.environments.try_emplace(name_of<model::EnvironmentName>("live"));
}

Result<void> check_mentions(const Draft& draft) {
  std::vector<std::string> names;
  for (const auto& process : draft.file.processes) names.push_back(process.name.str());
  for (const auto& [name, place] : draft.mentions) {
    if (std::ranges::find(names, name.str()) != names.end()) continue;
    const auto near = nearest(name.str(), names);
    const auto list = fmt::format("the processes are {}", join(names, ", "));
    return problem(place, fmt::format("there is no process '{}'", name.str()),
                   near ? fmt::format("did you mean '{}'? {}", *near, list) : list);
  }
  return {};
}

// "project-environment" is the first label of a host name, and DNS allows 63 characters for it.
Result<void> check_stems(const Draft& draft) {
  for (const auto& [name, place] : draft.environments)
    if (model::EnvironmentKey{draft.file.project, name}.stem().size() > 63)
      return problem(place,
                     fmt::format("the names of project '{}' and environment '{}' have more than 62 characters together",
                                 draft.file.project.str(), name.str()),
                     "shorten one of them");
  return {};
}

Result<model::ProjectFile> read_project_file(std::string_view yaml, const Defaults& defaults) {
  DIVIO_TRY(root, parse_yaml(yaml));
  if (root.kind != YamlNode::Kind::map && root.kind != YamlNode::Kind::nothing)
    return problem(root.place, "the file must be a map of keys and values", "write it like project: shop");
  Draft draft{
      {name_of<model::ProjectName>(model::to_dns_label(defaults.folder_name)), {}, {}, {}, {}, {}, {}, {}, {}}, {}, {}, {}, defaults};
  DIVIO_CHECK(read_fields(root, project_fields(), draft));
  fill_in(draft.file);
  DIVIO_CHECK(check_mentions(draft));
  DIVIO_CHECK(check_stems(draft));
  DIVIO_CHECK(check_services(draft));
  return std::move(draft.file);
}

template <class T>
void add_keys(std::vector<std::string>& keys, std::string_view prefix, std::span<const Field<T>> fields) {
  for (const auto& field : fields) keys.push_back(fmt::format("{}{}", prefix, field.key));
}

}  // namespace

Result<model::ProjectFile> parse_project_file(std::string_view yaml, std::string_view file_name,
                                              const Defaults& defaults) {
  auto file = read_project_file(yaml, defaults);
  if (!file) return Failure(within_file(std::move(file).error(), file_name));
  return file;
}

model::ProjectFile default_project_file(std::string_view folder_name) {
  return parse_project_file("", "divio.yaml", Defaults{std::string(folder_name)}).value();
}

std::vector<std::string> known_keys() {
  std::vector<std::string> keys;
  add_keys(keys, "", project_fields());
  add_keys(keys, "build.", build_fields());
  add_keys(keys, "processes.NAME.", process_fields());
  add_keys(keys, "processes.NAME.health.", health_fields());
  add_keys(keys, "processes.NAME.resources.", resource_fields());
  add_keys(keys, "services.PREFIX.", service_fields());
  add_keys(keys, "services.PREFIX.resources.", resource_fields());
  add_keys(keys, "environments.NAME.", environment_fields());
  add_keys(keys, "environments.NAME.processes.NAME.", environment_process_fields());
  return keys;
}

}  // namespace divio::config
