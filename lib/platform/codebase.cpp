#include "platform/codebase.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "config/divio_config.hpp"
#include "config/project_file.hpp"
#include "sources/source.hpp"
#include "support/text.hpp"
#include "services/wishes.hpp"
#include "support/try.hpp"
#include "system/files.hpp"

namespace divio {
namespace {

namespace fs = std::filesystem;

constexpr const char* project_file_name = "divio.yaml";
constexpr const char* divio_config_name = ".divio/config.json";

using ReadFile = std::function<Result<std::optional<std::string>>(const std::string& path)>;

std::string folder_name(const std::string& directory) {
  std::error_code ignored;
  const auto path = fs::weakly_canonical(directory, ignored);
  return path.filename().string();
}

// divio.yaml, else what Divio's own configuration says, else the defaults.
Result<model::ProjectFile> read_project_file(const ReadFile& read, const std::string& folder) {
  DIVIO_TRY(yaml, read(project_file_name));
  if (yaml) return config::parse_project_file(*yaml, project_file_name, {folder, services::complete});
  auto file = config::default_project_file(folder);
  DIVIO_TRY(json, read(divio_config_name));
  if (json) {
    DIVIO_TRY(divio, config::parse_divio_config(*json, divio_config_name));
    if (divio.project) file.project = *divio.project;
  }
  return file;
}

Result<std::optional<std::string>> read_from_disk(const std::string& directory, const std::string& path) {
  auto text = system::read_file(fs::path(directory) / path);
  if (text) return std::optional<std::string>(std::move(*text));
  if (text.error().code == ErrorCode::not_found) return std::optional<std::string>{};
  return Failure(text.error());
}

Result<void> check_directory(const std::string& directory) {
  std::error_code error;
  if (fs::is_directory(directory, error)) return {};
  return fail(ErrorCode::not_found, fmt::format("there is no folder {}", directory), "name the codebase's folder with -C");
}

Result<model::EnvironmentFile> environment_of(const model::ProjectFile& file, const std::string& name) {
  DIVIO_TRY(environment, model::EnvironmentName::parse(name));
  const auto found = file.environments.find(environment);
  if (found != file.environments.end()) return found->second;
  std::vector<std::string> known;
  for (const auto& [key, value] : file.environments) known.push_back(key.str());
  const auto near = nearest(name, known);
  return fail(ErrorCode::not_found, fmt::format("{} has no environment '{}' in {}", file.project.str(), name, project_file_name),
              near ? fmt::format("did you mean '{}'?", *near) : fmt::format("it has {}; add others under environments:", join(known, ", ")));
}

// Where the named project's code is: here, or where it was last deployed from.
Result<std::string> find_directory(ports::Projects& projects, const Target& target) {
  if (target.project.empty()) return target.directory;
  const auto here = project_file_of(target.directory);
  if (here && here->project.str() == target.project) return target.directory;
  DIVIO_TRY(name, model::ProjectName::parse(target.project));
  DIVIO_TRY(known, projects.project(name));
  if (known && !known->directory.empty()) return known->directory;
  return fail(ErrorCode::not_found, fmt::format("the codebase of project {} is not known", target.project),
              "go to its folder, or name it with -C");
}

}  // namespace

Result<model::ProjectFile> project_file_of(const std::string& directory) {
  DIVIO_CHECK(check_directory(directory));
  return read_project_file([&](const std::string& path) { return read_from_disk(directory, path); }, folder_name(directory));
}

Result<model::EnvironmentKey> find_key(const Target& target) {
  DIVIO_TRY(environment, model::EnvironmentName::parse(target.environment));
  if (!target.project.empty()) {
    DIVIO_TRY(project, model::ProjectName::parse(target.project));
    return model::EnvironmentKey{project, environment};
  }
  DIVIO_TRY(file, project_file_of(target.directory));
  return model::EnvironmentKey{file.project, environment};
}

Result<OpenCodebase> open_codebase(ports::Projects& projects, const Target& target, const CodeSelection& code) {
  DIVIO_TRY(directory, find_directory(projects, target));
  DIVIO_TRY(on_disk, project_file_of(directory));
  DIVIO_TRY(environment, environment_of(on_disk, target.environment));
  OpenCodebase open{.codebase = {.file = on_disk}};
  std::error_code ignored;
  open.codebase.directory = fs::weakly_canonical(directory, ignored).string();
  DIVIO_ASSIGN(open.source, sources::open_source(directory));
  open.codebase.source = open.source.get();
  auto& selection = open.codebase.selection;
  selection = {code.reference, environment.branch, code.working_tree, on_disk.build.dockerfile};
  // What counts is the project file of the state that is deployed, not the one that lies about.
  const auto read = [&](const std::string& path) { return open.source->file(selection, path); };
  DIVIO_ASSIGN(open.codebase.file, read_project_file(read, folder_name(directory)));
  const auto& file = open.codebase.file;
  if (!(file.project == on_disk.project))
    return fail(ErrorCode::refused, fmt::format("the project is called {} there and {} in the working tree", file.project.str(), on_disk.project.str()),
                "name the project the same in both, or deploy the working tree with --worktree");
  DIVIO_CHECK(environment_of(file, target.environment));
  selection.dockerfile = file.build.dockerfile;
  return open;
}

}  // namespace divio
