#include "engines/docker/podman.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace divio::engines {
namespace {

constexpr const char* image_label = "divio.podman-image";      // as it was given
constexpr const char* address_label = "divio.podman-address";  // "NETWORK ADDRESS"
constexpr const char* builder_label = "io.buildah.version";    // its builder's own, on every image that it builds

// The value of the label, which goes.
std::string take(model::Labels& labels, const char* key) {
  const auto node = labels.extract(key);
  return node.empty() ? std::string() : node.mapped();
}

}  // namespace

void ask_podman(nlohmann::json& body, const ports::ContainerSpec& spec) {
  // Podman tells the image's name with its registry, also where the image was given by its id.
  body["Labels"][image_label] = spec.image;
  // A fixed address is not told while the container does not run.
  if (!spec.network.address.empty()) body["Labels"][address_label] = spec.network.name + " " + spec.network.address;
  // No process of Podman's outlives a restart of the machine. The service that starts containers then
  // (podman-restart.service) looks for "always" only; what was stopped stays stopped with either until then.
  if (spec.restart == ports::RestartPolicy::unless_stopped) body["HostConfig"]["RestartPolicy"]["Name"] = "always";
}

void as_docker_tells(ports::Container& container) {
  const auto image = take(container.labels, image_label);
  container.image = image.empty() ? docker_name(container.image) : image;
  container.aliases.erase(no_network);
  const auto fixed = take(container.labels, address_label);
  if (const auto space = fixed.find(' '); space != std::string::npos)
    container.addresses.try_emplace(fixed.substr(0, space), fixed.substr(space + 1));
}

void as_docker_tells(ports::Image& image) {
  for (auto& name : image.names) name = docker_name(std::move(name));
  std::ranges::sort(image.names);
  const auto twice = std::unique(image.names.begin(), image.names.end());  // built here and loaded: both prefixes
  image.names.erase(twice, image.names.end());
  image.labels.erase(builder_label);
}

// Podman puts "docker.io/" before names without a registry that come by way of this API, and "localhost/" before those
// in archives that it loads. It finds an image by its short name in either case.
std::string docker_name(std::string name) {
  for (const std::string_view prefix : {"localhost/", "docker.io/library/", "docker.io/"}) {
    if (!name.starts_with(prefix)) continue;
    name.erase(0, prefix.size());
    break;
  }
  return name;
}

}  // namespace divio::engines
