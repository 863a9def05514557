#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/draft.hpp"

namespace divio::config {
namespace {

constexpr std::string_view service_example = "{type: postgres}";

Result<void> read_type(const YamlNode& node, ServiceDraft& draft) {
  DIVIO_TRY(text, read_text(node));
  return assign(draft.wish.type, at(node.place, model::service_type(text)));
}

Result<void> read_version(const YamlNode& node, ServiceDraft& draft) {
  draft.places.emplace("version", node.place);
  return assign(draft.wish.version, read_text(node));
}

Result<void> read_scope(const YamlNode& node, ServiceDraft& draft) {
  draft.places.emplace("scope", node.place);
  DIVIO_TRY(text, read_text(node));
  return assign(draft.wish.scope, at(node.place, model::service_scope(text)));
}

Result<void> read_mount(const YamlNode& node, ServiceDraft& draft) {
  draft.places.emplace("mount", node.key_place);
  DIVIO_TRY(path, read_checked(node, check_mount_path));
  draft.wish.mount = tidy_path(path);
  return {};
}

Result<void> read_storage(const YamlNode& node, ServiceDraft& draft) {
  draft.places.emplace("storage", node.key_place);
  DIVIO_TRY(text, read_text(node));
  DIVIO_ASSIGN(draft.wish.storage, at(node.place, model::media_storage(text)));
  return {};
}

Result<void> read_limits(const YamlNode& node, ServiceDraft& draft) {
  draft.places.emplace("resources", node.key_place);
  DIVIO_CHECK(check_map(node, "{memory: 1Gi, cpu: 0.5}"));
  return read_fields(node, resource_fields(), draft.wish.limits);
}

// Key by key, so that an error has the place of the key it is about.
Result<model::ServiceSpec> complete(const ServiceDraft& draft, Place place, const Defaults& defaults) {
  if (defaults.complete_service == nullptr) return fail(ErrorCode::bug, "services cannot be read here");
  model::ServiceWish so_far{.prefix = draft.wish.prefix, .type = draft.wish.type};
  const auto added = [&](const char* key) -> Result<void> {
    const auto where = draft.places.find(key);
    auto spec = defaults.complete_service(so_far);
    if (spec) return {};
    return problem(where == draft.places.end() ? place : where->second, spec.error().message, spec.error().hint);
  };
  so_far.version = draft.wish.version;
  DIVIO_CHECK(added("version"));
  so_far.scope = draft.wish.scope;
  DIVIO_CHECK(added("scope"));
  so_far.storage = draft.wish.storage;
  DIVIO_CHECK(added("storage"));
  so_far.mount = draft.wish.mount;
  DIVIO_CHECK(added("mount"));
  so_far.limits = draft.wish.limits;
  DIVIO_CHECK(added("resources"));
  return defaults.complete_service(so_far);
}

bool says_type(const YamlNode& entry) {
  return std::ranges::any_of(entry.children, [](const auto& key) {
    return key.name == "type" && key.kind != YamlNode::Kind::nothing;
  });
}

// "default: postgres" is short for "default: {type: postgres}".
Result<ServiceDraft> read_service(const YamlNode& entry) {
  DIVIO_TRY(prefix, read_key_as<model::ServicePrefix>(entry));
  ServiceDraft draft{{.prefix = std::move(prefix), .type = model::ServiceType::postgres}};
  if (entry.kind == YamlNode::Kind::text) {
    DIVIO_CHECK(read_type(entry, draft));
    return draft;
  }
  DIVIO_CHECK(check_map(entry, service_example));
  DIVIO_CHECK(read_fields(entry, service_fields(), draft));
  if (!says_type(entry))
    return problem(entry.key_place, fmt::format("the service '{}' has no type", entry.name),
                   "say which one: postgres, mariadb, redis or media");
  return draft;
}

}  // namespace

std::span<const Field<ServiceDraft>> service_fields() {
  static constexpr std::array<Field<ServiceDraft>, 6> fields{{{"type", read_type},
                                                              {"version", read_version},
                                                              {"scope", read_scope},
                                                              {"storage", read_storage},
                                                              {"mount", read_mount},
                                                              {"resources", read_limits}}};
  return fields;
}

Result<void> read_services(const YamlNode& node, Draft& draft) {
  DIVIO_CHECK(check_map(node, "{default: {type: postgres}}"));
  for (const auto& entry : node.children) {
    DIVIO_TRY(service, read_service(entry));
    DIVIO_TRY(spec, complete(service, entry.key_place, draft.defaults));
    draft.services.emplace(spec.prefix.str(), entry.key_place);
    draft.file.services.push_back(std::move(spec));
  }
  std::ranges::sort(draft.file.services, {}, &model::ServiceSpec::prefix);
  return {};
}

Result<void> check_services(const Draft& draft) {
  std::vector<model::Mount> taken = draft.file.volumes;
  for (const auto& service : draft.file.services) {
    const model::Mount mine{model::volume_of(service.prefix), service.mount};
    const auto place = draft.services.at(service.prefix.str());
    for (const auto& other : taken) {
      if (other.volume == mine.volume)
        return problem(place, fmt::format("the service '{}' has the name of a volume", service.prefix.str()),
                       "name the volume otherwise: the service keeps its data in a volume of that name");
      if (!mine.path.empty() && other.path == mine.path)
        return problem(place, fmt::format("the service '{}' is mounted at '{}', as '{}' is", service.prefix.str(), mine.path, other.volume),
                       "give each of them a path of its own");
    }
    if (!mine.path.empty()) taken.push_back(mine);
  }
  return {};
}

}  // namespace divio::config
