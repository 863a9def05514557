// init and doctor: what a person needs before the first deployment.
#include <fmt/format.h>

#include <filesystem>
#include <regex>

#include "config/starter.hpp"
#include "platform/codebase.hpp"
#include "platform/little_room.hpp"
#include "platform/parts.hpp"
#include "platform/region_views.hpp"
#include "support/text.hpp"
#include "support/try.hpp"
#include "system/files.hpp"

namespace divio {
namespace {

namespace fs = std::filesystem;

constexpr mode_t project_file_mode = 0644;

// The port of the Dockerfile's only EXPOSE line, if it names one.
std::optional<int> exposed_port(const fs::path& dockerfile) {
  const auto text = system::read_file(dockerfile);
  if (!text) return std::nullopt;
  static const std::regex expose(R"((?:^|\n)\s*EXPOSE\s+(\d{1,5})(?:/tcp)?\s*(?=\n|$))", std::regex::icase);
  std::smatch found;
  return std::regex_search(*text, found, expose) ? std::optional<int>(std::stoi(found[1])) : std::nullopt;
}

Finding look_at_dockerfile(const Target& target) {
  const auto path = fs::path(target.directory) / "Dockerfile";
  std::error_code ignored;
  if (fs::exists(path, ignored)) return {Finding::Level::good, "Dockerfile", "found", ""};
  return {Finding::Level::warning, "Dockerfile", "there is none in this folder", "go to a codebase, or name its folder with -C"};
}

std::vector<std::string> names_of(const model::ProjectFile& file) {
  std::vector<std::string> names;
  for (const auto& process : file.processes) names.push_back(process.name.str());
  return names;
}

Finding look_at_project_file(const Target& target) {
  const auto file = project_file_of(target.directory);
  if (file) return {Finding::Level::good, "project", fmt::format("{}, processes: {}", file->project.str(), join(names_of(*file), ", ")), ""};
  const auto& error = file.error();
  const auto where = error.where.empty() ? std::string() : error.where + ": ";
  return {Finding::Level::bad, "project", where + error.message, error.hint};
}

std::vector<Finding> look_at_engine(PlatformParts& parts) {
  const auto runtime = parts.runtime(model::local_region());
  if (!runtime) return {{Finding::Level::bad, "engine", runtime.error().message, runtime.error().hint}};
  const auto info = (*runtime)->engine.info();
  if (!info) return {{Finding::Level::bad, "engine", info.error().message, info.error().hint}};
  std::vector<Finding> findings{{Finding::Level::good, "engine",
                                 fmt::format("{} {} (API {}), {} cores, {}", info->name, info->version, info->api_version,
                                             info->cores, human_bytes(info->memory_bytes)), ""}};
  if (info->memory_bytes < little_memory)
    findings.push_back({Finding::Level::warning, "memory", human_bytes(info->memory_bytes) + " is little", "deployments run the old and the new instances side by side"});
  const auto state = (*runtime)->ingress.state();
  if (!state) findings.push_back({Finding::Level::bad, "ingress", state.error().message, state.error().hint});
  else if (!state->present) findings.push_back({Finding::Level::good, "ingress", "none yet; the first deployment makes it", ""});
  else if (!state->running) findings.push_back({Finding::Level::bad, "ingress", "it does not run", "divioctl reconcile --all"});
  else findings.push_back({Finding::Level::good, "ingress", fmt::format("runs on port {}", (*runtime)->region.http_port), ""});
  return findings;
}

// The regions on other engines.
std::vector<Finding> look_at_regions(PlatformParts& parts) {
  auto known = parts.store->regions().regions();
  if (!known) return {{Finding::Level::bad, "regions", known.error().message, known.error().hint}};
  std::erase_if(*known, [](const auto& region) { return region.name == model::local_region(); });
  const auto views = views_with_engines(parts, *known);
  if (!views) return {{Finding::Level::bad, "regions", views.error().message, views.error().hint}};
  std::vector<Finding> findings;
  for (const auto& view : *views) {
    const bool up = view.state == "up";
    findings.push_back({up ? Finding::Level::good : Finding::Level::bad, "region " + view.name,
                        up ? fmt::format("{} at {}", view.engine, view.endpoint) : view.problem,
                        up ? "" : "divioctl region check " + view.name});
  }
  return findings;
}

Finding look_at_home(const PlatformParts& parts) {
  std::error_code error;
  const auto space = fs::space(parts.settings.home, error);
  if (error) return {Finding::Level::bad, "state", parts.settings.home + ": " + error.message(), "set DIVIOCTL_HOME to a folder of yours"};
  if (space.available < little_disk)
    return {Finding::Level::warning, "disk", human_bytes(space.available) + " are left at " + parts.settings.home, "make room: docker system df"};
  return {Finding::Level::good, "state", fmt::format("{} ({} free)", parts.settings.home, human_bytes(space.available)), ""};
}

}  // namespace

Result<std::string> Platform::init(const Target& target, const InitRequest& request) {
  const auto path = fs::path(target.directory) / "divio.yaml";
  std::error_code ignored;
  if (!fs::is_directory(target.directory, ignored))
    return fail(ErrorCode::not_found, "there is no folder " + target.directory, "name the codebase's folder with -C");
  if (fs::exists(path, ignored) && !request.overwrite)
    return fail(ErrorCode::conflict, path.string() + " exists already", "edit it, or write a new one with --overwrite");
  const auto folder = fs::weakly_canonical(target.directory, ignored).filename().string();
  DIVIO_TRY(name, model::ProjectName::parse(request.name.empty() ? model::to_dns_label(folder) : request.name));
  const auto port = request.port ? request.port : exposed_port(fs::path(target.directory) / "Dockerfile");
  std::optional<std::uint16_t> checked;
  if (port && *port > 0 && *port < 65536) checked = static_cast<std::uint16_t>(*port);
  if (port && !checked) return fail(ErrorCode::invalid, fmt::format("{} is not a port", *port), "use a number from 1 to 65535");
  DIVIO_CHECK(system::write_file(path, config::render_starter({name, checked, request.health_path}), project_file_mode));
  return path.string();
}

std::vector<Finding> Platform::doctor(const Target& target) {
  auto findings = look_at_engine(*parts_);
  for (auto& finding : look_at_regions(*parts_)) findings.push_back(std::move(finding));
  findings.push_back(look_at_home(*parts_));
  findings.push_back(look_at_dockerfile(target));
  findings.push_back(look_at_project_file(target));
  return findings;
}

}  // namespace divio
