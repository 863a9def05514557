#include "engines/docker/image_json.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "engines/docker/json.hpp"

namespace divio::engines {
namespace {

using nlohmann::json;

std::vector<std::string> read_names(const json& tags) {
  std::vector<std::string> names;
  for (const auto& tag : tags)
    if (tag.is_string() && tag.get<std::string>() != "<none>:<none>") names.push_back(tag.get<std::string>());
  std::ranges::sort(names);
  return names;
}

// {"8000/tcp": {}, "53/udp": {}} -> 8000
std::vector<int> read_ports(const json& exposed) {
  std::vector<int> ports;
  if (!exposed.is_object()) return ports;
  for (const auto& [name, ignored] : exposed.items()) {
    int port = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), port);
    const std::string_view protocol(end, static_cast<std::size_t>(name.data() + name.size() - end));
    if (error == std::errc{} && (protocol == "/tcp" || protocol.empty())) ports.push_back(port);
  }
  std::ranges::sort(ports);
  return ports;
}

}  // namespace

ports::Image read_image(const json& answer) {
  ports::Image image;
  image.id = text(answer, "Id");
  image.names = read_names(at(answer, {"RepoTags"}));
  image.labels = texts(at(answer, {"Config", "Labels"}));
  image.bytes = static_cast<std::uint64_t>(number(answer, "Size"));
  if (const auto created = model::parse_rfc3339(text(answer, "Created"))) image.created_at = *created;
  image.architecture = text(answer, "Architecture");
  image.exposed_ports = read_ports(at(answer, {"Config", "ExposedPorts"}));
  for (const auto& layer : at(answer, {"RootFS", "Layers"}))
    if (layer.is_string()) image.layers.push_back(layer.get<std::string>());
  return image;
}

std::vector<ports::Image> read_images(const json& answer) {
  std::vector<ports::Image> images;
  for (const auto& entry : answer) {
    if (!entry.is_object()) continue;
    auto& image = images.emplace_back();
    image.id = text(entry, "Id");
    image.names = read_names(at(entry, {"RepoTags"}));
    image.labels = texts(at(entry, {"Labels"}));
    image.bytes = static_cast<std::uint64_t>(number(entry, "Size"));
    image.created_at = model::TimePoint(std::chrono::seconds(number(entry, "Created")));
  }
  return images;
}

}  // namespace divio::engines
