#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/draft.hpp"
#include "support/text.hpp"

namespace divio::config {
namespace {

constexpr std::string_view release_example = "[python3 manage.py migrate --noinput]";

Result<std::string> read_label(const YamlNode& node, std::string_view noun) {
  DIVIO_TRY(text, read_text(node));
  DIVIO_CHECK(at(node.place, model::check_dns_label(text, noun)));
  return text;
}

Result<void> read_project(const YamlNode& node, Draft& draft) {
  DIVIO_TRY(text, read_text(node));
  return assign(draft.file.project, at(node.place, model::ProjectName::parse(text)));
}

Result<void> read_release(const YamlNode& node, Draft& draft) {
  DIVIO_TRY(commands, read_texts(node, release_example));
  for (std::size_t i = 0; i < commands.size(); ++i)
    if (trim(commands[i]).empty())
      return problem(node.children[i].place, fmt::format("{} is empty", node.children[i].name),
                     fmt::format("remove it, or write it like {}", release_example));
  draft.file.release_commands = std::move(commands);
  return {};
}

Result<model::Mount> read_volume(const YamlNode& entry) {
  DIVIO_CHECK(at(entry.key_place, model::check_dns_label(entry.name, "volume name")));
  if (entry.kind == YamlNode::Kind::nothing)
    return problem(entry.key_place, fmt::format("the volume '{}' has no path", entry.name),
                   fmt::format("say where it is mounted, for example {}: /data", entry.name));
  DIVIO_TRY(path, read_checked(entry, check_mount_path));
  return model::Mount{entry.name, tidy_path(path)};
}

}  // namespace

std::span<const Field<model::BuildSettings>> build_fields() {
  using Build = model::BuildSettings;
  static constexpr std::array<Field<Build>, 3> fields{
      {{"dockerfile", [](const YamlNode& node,
                         Build& build) { return assign(build.dockerfile, read_checked(node, check_codebase_path)); }},
       {"target", [](const YamlNode& node,
                     Build& build) { return assign(build.target, read_checked(node, check_build_target)); }},
       {"arguments",
        [](const YamlNode& node, Build& build) { return assign(build.arguments, read_variables(node)); }}}};
  return fields;
}

std::span<const Field<Draft>> project_fields() {
  static constexpr std::array<Field<Draft>, 11> fields{
      {{"project", read_project},
       {"application",
        [](const YamlNode& node, Draft& draft) {
          return assign(draft.file.application, read_label(node, "application name"));
        }},
       {"organisation",
        [](const YamlNode& node, Draft& draft) {
          return assign(draft.file.organisation, read_label(node, "organisation"));
        }},
       {"plan",
        [](const YamlNode& node, Draft& draft) { return assign(draft.file.plan, read_label(node, "name of a plan")); }},
       {"build", read_build},
       {"processes", read_processes},
       {"release", read_release},
       {"services", read_services},
       {"volumes", read_volumes},
       {"variables",
        [](const YamlNode& node, Draft& draft) { return assign(draft.file.variables, read_variables(node)); }},
       {"environments", read_environments}}};
  return fields;
}

Result<void> read_build(const YamlNode& node, Draft& draft) {
  DIVIO_CHECK(check_map(node, "{dockerfile: Dockerfile}"));
  return read_fields(node, build_fields(), draft.file.build);
}

Result<void> read_volumes(const YamlNode& node, Draft& draft) {
  DIVIO_CHECK(check_map(node, "{data: /data}"));
  auto& volumes = draft.file.volumes;
  for (const auto& entry : node.children) {
    DIVIO_TRY(mount, read_volume(entry));
    const auto taken = std::ranges::find(volumes, mount.path, &model::Mount::path);
    if (taken != volumes.end())
      return problem(
          entry.place,
          fmt::format("the volumes '{}' and '{}' are both mounted at '{}'", taken->volume, mount.volume, mount.path),
          "give each of them a path of its own");
    volumes.push_back(std::move(mount));
  }
  std::ranges::sort(volumes, {}, &model::Mount::volume);
  return {};
}

}  // namespace divio::config
