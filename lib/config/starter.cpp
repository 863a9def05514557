#include "config/starter.hpp"

#include <fmt/format.h>

#include "config/spelling.hpp"

namespace divio::config {
namespace {

// The one valid project name that YAML takes for something else.
std::string project_word(const std::string& name) {
  return name == "null" ? "\"null\"" : name;
}

std::string port_line(std::optional<std::uint16_t> port) {
  return port ? fmt::format("port: {}", *port) : "# port: 8000";
}

std::string health_line(const std::string& path) {
  return path.empty() || check_health_path(path) ? "# health: /healthz" : fmt::format("health: \"{}\"", path);
}

}  // namespace

std::string render_starter(const StarterFacts& facts) {
  return fmt::format(R"(# How divioctl builds and runs this project. Every key may be left out.
project: {}

processes:
  web:
    {}
    {}
    replicas: 1
    # resources: {{memory: 256Mi, cpu: 0.5}}
  # worker:
    # command: [python3, worker.py]

# Each runs in a container of the new image, before traffic moves to it.
# release:
  # - python3 manage.py migrate --noinput

# Folders that outlive containers.
# volumes:
  # data: /data

# Every environment has these; one may add its own.
# variables:
  # SITE_NAME: Shop

environments:
  test:
    # branch: develop
  live:
    # branch: main
    # domains: [shop.example.com]
    # processes: {{web: {{replicas: 2}}}}
)",
                     project_word(facts.project.str()), port_line(facts.port), health_line(facts.health_path));
}

}  // namespace divio::config
