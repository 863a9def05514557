#include "services/publication.hpp"

#include <fmt/format.h>

#include "model/labels.hpp"
#include "model/roles.hpp"
#include "services/blueprints.hpp"

namespace divio::services {
namespace {

constexpr std::uint64_t most_memory = 128 << 20;

// As HAProxy reads it: https://docs.haproxy.org/2.6/configuration.html. A name is looked up when somebody connects, so a server
// that was made anew is found at once; the delay is how long the answer may take. A session of a database may be silent for a day.
std::string configuration_of(const Publication& publication) {
  const auto port = blueprint(publication.type).port;
  return fmt::format(R"(global
  log stdout format raw daemon notice
  maxconn 500
  nbthread 1
defaults
  mode tcp
  log global
  timeout connect 5s
  timeout client 10s
  timeout server 10s
  timeout tunnel 1d
  option clitcpka
  option srvtcpka
resolvers engine
  nameserver engine 127.0.0.11:53
  timeout resolve 1s
  timeout retry 1s
  hold valid 1s
listen published
  bind :{0}
  tcp-request inspect-delay 5s
  tcp-request content do-resolve(txn.address,engine,ipv4) str({1})
  tcp-request content reject unless {{ var(txn.address) -m found }}
  tcp-request content set-dst var(txn.address)
  server it 0.0.0.0:{0}
)", port, model::host_name(publication.prefix));
}

}  // namespace

std::string published_at(const Publication& publication) { return fmt::format("{}:{}", publication.address, publication.port); }

ports::ContainerSpec container_of(const Publication& publication) {
  ports::ContainerSpec spec;
  spec.name = fmt::format("divio-{}-{}-published-{}-{}", publication.environment.stem(), publication.prefix.str(), publication.address, publication.port);
  spec.image = publication.image;
  spec.entrypoint = {"sh", "-c", "printf %s \"$1\" >/tmp/haproxy.cfg && exec haproxy -db -f /tmp/haproxy.cfg", "publish"};
  spec.command = {configuration_of(publication)};
  spec.labels = publication.labels;
  spec.labels[std::string(model::label::role)] = model::role::publication;
  spec.labels[std::string(model::label::prefix)] = publication.prefix.str();
  spec.labels[std::string(model::label::published)] = published_at(publication);
  spec.network.name = publication.network;
  spec.published = {{publication.port, blueprint(publication.type).port, publication.address}};
  spec.resources.memory_bytes = most_memory;
  spec.restart = ports::RestartPolicy::unless_stopped;
  spec.stop_grace = std::chrono::seconds(1);
  return spec;
}

}  // namespace divio::services
