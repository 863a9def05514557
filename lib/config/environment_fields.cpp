#include <fmt/format.h>

#include <array>

#include "config/draft.hpp"
#include "support/text.hpp"

namespace divio::config {
namespace {

constexpr std::string_view domains_example = "[shop.example.com]";

Result<model::RegionName> read_region(const YamlNode& node) {
  DIVIO_TRY(region, read_text(node));
  return at(node.place, model::RegionName::parse(region));
}

Result<void> read_domains(const YamlNode& node, EnvironmentDraft& environment) {
  DIVIO_TRY(domains, read_texts(node, domains_example));
  for (std::size_t i = 0; i < domains.size(); ++i) {
    const Place place = node.children[i].place;
    auto domain = to_lower(domains[i]);
    if (auto complaint = check_domain(domain))
      return problem(place, std::move(complaint->message), std::move(complaint->hint));
    const auto [earlier, fresh] = environment.whole.domains.emplace(domain, place);
    if (!fresh)
      return problem(place, fmt::format("the domain '{}' is given twice", domain),
                     fmt::format("remove one of them; the first is in line {}", earlier->second.line));
    environment.file.domains.push_back(std::move(domain));
  }
  return {};
}

Result<void> read_scale(const YamlNode& node, EnvironmentDraft& environment) {
  DIVIO_CHECK(check_map(node, "{web: {replicas: 3}}"));
  for (const auto& entry : node.children) {
    DIVIO_TRY(name, read_key_as<model::ProcessName>(entry));
    DIVIO_CHECK(check_map(entry, "{replicas: 3}"));
    environment.whole.mentions.push_back({name, entry.key_place});
    int replicas = -1;
    DIVIO_CHECK(read_fields(entry, environment_process_fields(), replicas));
    if (replicas >= 0) environment.file.replicas.emplace(std::move(name), replicas);
  }
  return {};
}

}  // namespace

std::span<const Field<int>> environment_process_fields() {
  static constexpr std::array<Field<int>, 1> fields{
      {{"replicas", [](const YamlNode& node, int& replicas) { return assign(replicas, read_replicas(node)); }}}};
  return fields;
}

std::span<const Field<EnvironmentDraft>> environment_fields() {
  using One = EnvironmentDraft;
  static constexpr std::array<Field<One>, 5> fields{
      {{"branch",
        [](const YamlNode& node, One& one) { return assign(one.file.branch, read_checked(node, check_branch)); }},
       {"region", [](const YamlNode& node, One& one) { return assign(one.file.region, read_region(node)); }},
       {"domains", read_domains},
       {"processes", read_scale},
       {"variables", [](const YamlNode& node, One& one) { return assign(one.file.variables, read_variables(node)); }}}};
  return fields;
}

Result<void> read_environments(const YamlNode& node, Draft& draft) {
  DIVIO_CHECK(check_map(node, "{live: {branch: main}}"));
  for (const auto& entry : node.children) {
    DIVIO_TRY(name, read_key_as<model::EnvironmentName>(entry));
    EnvironmentDraft environment{{}, draft};
    DIVIO_CHECK(check_map(entry, "{branch: main}"));
    DIVIO_CHECK(read_fields(entry, environment_fields(), environment));
    draft.environments.emplace(name, entry.key_place);
    draft.file.environments.insert_or_assign(std::move(name), std::move(environment.file));
  }
  return {};
}

}  // namespace divio::config
