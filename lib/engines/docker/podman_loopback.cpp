#include "engines/docker/podman_loopback.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "engines/docker/json.hpp"
#include "engines/docker/parts.hpp"
#include "engines/docker/podman.hpp"
#include "support/try.hpp"

namespace divio::engines {
namespace {

// Its id, if it is to be started without any network; otherwise empty.
Result<std::string> id_without_network(Api& api, const std::string& container) {
  const Call call{"GET", fmt::format("/containers/{}/json", in_path(container)), fmt::format("look at container '{}'", container)};
  DIVIO_TRY(body, api.call(call));
  DIVIO_TRY(answer, parse_answer(body, call.doing));
  const bool runs = truth(at(answer, {"State"}), "Running");
  const auto& networks = at(answer, {"NetworkSettings", "Networks"});
  const bool in_networks = networks.size() > networks.count(no_network);
  if (runs || in_networks || text(at(answer, {"HostConfig"}), "NetworkMode") != "bridge") return std::string();
  return text(answer, "Id");
}

}  // namespace

Result<void> start_with_loopback(Api& api, const std::string& container, const std::function<Result<void>()>& start) {
  DIVIO_TRY(id, id_without_network(api, container));
  if (id.empty()) return start();
  const auto networks = make_networks(api);
  ports::NetworkSpec own;
  own.name = "divio-loopback-" + id.substr(0, 12);
  DIVIO_CHECK(networks->create(own));
  auto done = networks->connect({own.name, id, {}});
  if (done) done = start();
  auto left = networks->disconnect(own.name, id);
  auto gone = networks->remove(own.name);
  DIVIO_CHECK(done);
  DIVIO_CHECK(left);
  return gone;
}

}  // namespace divio::engines
