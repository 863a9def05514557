#include "config/divio_config.hpp"

#include <algorithm>

#include "config/printable.hpp"
#include "config/reader.hpp"

namespace divio::config {
namespace {

Result<std::string> text_of(const YamlNode& root, std::string_view key) {
  const auto found = std::ranges::find(root.children, key, &YamlNode::name);
  if (found == root.children.end() || found->kind == YamlNode::Kind::nothing) return std::string();
  return read_text(*found);
}

// JSON is YAML, so that the reader of divio.yaml gives this file places and limits too.
Result<DivioConfig> read_config(std::string_view json) {
  DIVIO_TRY(root, parse_yaml(json));
  if (root.kind != YamlNode::Kind::map)
    return problem(root.place, "the file must be a JSON object",
                   "remove the file, or write it like {\"slug\": \"shop\"}");
  DivioConfig config;
  DIVIO_ASSIGN(config.application_uuid, text_of(root, "application_uuid"));
  DIVIO_TRY(slug, text_of(root, "slug"));
  if (slug.empty()) return config;
  DIVIO_ASSIGN(config.project, model::ProjectName::parse(model::to_dns_label(slug)));
  return config;
}

}  // namespace

Result<DivioConfig> parse_divio_config(std::string_view json, std::string_view file_name) {
  auto config = read_config(json);
  if (!config) return Failure(within_file(std::move(config).error(), file_name));
  return config;
}

}  // namespace divio::config
