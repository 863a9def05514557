// Things to store.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "fakes/outcome.hpp"
#include "fakes/temporary_folder.hpp"
#include "store/sqlite/store.hpp"
#include "system/holder.hpp"

namespace divio::tests {

inline model::ProjectName project_name(const std::string& text) {
  return *model::ProjectName::parse(text);
}
inline model::ProcessName process_name(const std::string& text) {
  return *model::ProcessName::parse(text);
}

inline model::EnvironmentKey environment_key(const std::string& project = "shop", const std::string& name = "live") {
  return {project_name(project), *model::EnvironmentName::parse(name)};
}

inline model::TimePoint at_second(int second) {
  return model::TimePoint(std::chrono::milliseconds(1'790'000'000'123)) + std::chrono::seconds(second);
}

inline std::unique_ptr<ports::Store> open_in(const TemporaryFolder& folder) {
  return must(store::open_store(folder / "home"));
}

// A store that has the environment.
inline std::unique_ptr<ports::Store> open_with(const TemporaryFolder& folder,
                                               const model::EnvironmentKey& key = environment_key()) {
  auto opened = open_in(folder);
  must(opened->projects().put_project({key.project, {}, {}}));
  must(opened->projects().put_environment({.key = key, .scale = {}}));
  return opened;
}

inline model::Release sample_release(const model::EnvironmentKey& key = environment_key()) {
  model::Process web{
      .name = process_name("web"), .command = {"gunicorn", "shop.wsgi"}, .port = 8000, .health = {}, .resources = {}};
  web.health.path = "/healthz";
  web.resources = {256U << 20U, 250};
  model::Release release{.key = key,
                         .image = {"divio/shop:3f2a", "sha256:3f2a", "registry.example.com/team/shop@sha256:3f2a"},
                         .revision = {std::string(40, 'a'), "main", "Sell \"more\" \u00e9", false},
                         .config = {},
                         .created_at = at_second(0),
                         .created_by = "anna@laptop",
                         .reason = {}};
  release.config.processes = {web};
  release.config.release_commands = {"python3 manage.py migrate --noinput"};
  release.config.volumes = {{"data", "/data"}};
  release.config.hosts = {"shop.localhost"};
  release.config.variables = {{"SITE_NAME", {Secret("Shop"), false}},
                              {"API_TOKEN", {Secret("plain-release-secret"), true}}};
  return release;
}

inline model::Operation sample_operation(const std::string& id, int second = 0) {
  return {.id = id,
          .kind = model::OperationKind::deploy,
          .key = environment_key(),
          .request = R"({"ref":"main"})",
          .holder = system::this_holder(),
          .began_at = at_second(second),
          .ended_at = {},
          .summary = {}};
}

}  // namespace divio::tests
