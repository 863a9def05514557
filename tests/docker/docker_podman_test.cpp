// What the adapter makes of the differences between Podman's API and Docker's.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "engines/docker/container_json.hpp"
#include "engines/docker/errors.hpp"
#include "engines/docker/image_json.hpp"
#include "engines/docker/podman.hpp"

using namespace divio;
using namespace divio::engines;
using nlohmann::json;

TEST_CASE("Podman's names of images are Docker's without the registry that it puts before them") {
  CHECK(docker_name("docker.io/library/debian:12") == "debian:12");
  CHECK(docker_name("docker.io/divio/shop:1") == "divio/shop:1");
  CHECK(docker_name("localhost/divio/shop:1") == "divio/shop:1");
  CHECK(docker_name("localhost/localhost/shop:1") == "localhost/shop:1");
  for (const char* same : {"divio/shop:1", "localhost:5000/shop:1", "ghcr.io/divio/shop:1", "sha256:abc", ""})
    CHECK(docker_name(same) == same);
}

TEST_CASE("What Podman does not tell of a container comes back from its labels, and these are not seen") {
  ports::ContainerSpec spec;
  spec.image = "sha256:abc";
  spec.labels = {{"divio.role", "instance"}};
  spec.network = {"divio-shop-live", "10.201.5.10", {}};
  auto body = render_container(spec);
  ask_podman(body, spec);

  ports::Container seen;
  seen.image = "localhost/divio/shop:1";
  seen.labels = body["Labels"].get<model::Labels>();
  as_docker_tells(seen);
  CHECK(seen.image == "sha256:abc");
  CHECK(seen.labels == spec.labels);
  CHECK(seen.addresses == std::map<std::string, std::string>{{"divio-shop-live", "10.201.5.10"}});
}

TEST_CASE("The address that Podman tells is the one, and a container that somebody else made is read too") {
  ports::Container running;
  running.labels = {{"divio.podman-address", "net 10.0.0.9"}};
  running.addresses = {{"net", "10.0.0.9"}, {"other", "10.0.1.2"}};
  as_docker_tells(running);
  CHECK(running.addresses.size() == 2);

  ports::Container foreign;
  foreign.image = "docker.io/library/debian:12";
  as_docker_tells(foreign);
  CHECK(foreign.image == "debian:12");
  CHECK(foreign.addresses.empty());
}

TEST_CASE("The network that newer Podmans make up for a container that is in none is not told") {
  ports::Container alone;
  alone.aliases = {{"bridge", {}}};
  as_docker_tells(alone);
  CHECK(alone.aliases.empty());
}

TEST_CASE("On Podman a container that is to come back is one that comes back after a restart of the machine") {
  ports::ContainerSpec spec;
  const auto policy = [&] {
    auto body = render_container(spec);
    ask_podman(body, spec);
    return body["HostConfig"]["RestartPolicy"]["Name"].get<std::string>();
  };
  CHECK(policy() == "no");
  spec.restart = ports::RestartPolicy::unless_stopped;
  CHECK(policy() == "always");
}

TEST_CASE("An image that Podman has as built and as loaded has one name, and none of its builder's labels") {
  auto image = read_image(json::parse(R"({"Id": "sha256:abc",
    "RepoTags": ["localhost/divio/shop:1", "docker.io/divio/shop:1", "docker.io/divio/shop:2"],
    "Config": {"Labels": {"io.buildah.version": "1.28.2", "divio.build": "d1"}}})"));
  as_docker_tells(image);
  CHECK(image.names == std::vector<std::string>{"divio/shop:1", "divio/shop:2"});
  CHECK(image.labels == model::Labels{{"divio.build", "d1"}});
}

TEST_CASE("What Podman answers with 500 is told apart by its words") {
  const auto code = [](const char* sentence) { return engine_error(500, sentence, "do it").code; };
  CHECK(code("can only kill running containers. ab12 is in state created: container state improper") == ErrorCode::conflict);
  CHECK(code("subnet 10.1.2.0/24 is already used on the host or by another config") == ErrorCode::conflict);
  CHECK(code("\"net\" has associated containers with it. Use -f: network is being used") == ErrorCode::conflict);
  CHECK(code("IPAM error: requested ip address 10.1.2.9 is already allocated to container ID ab12") == ErrorCode::conflict);
  CHECK(code("docker.io/divio/shop:1: image not known") == ErrorCode::not_found);
  CHECK(code("crun: cannot do that") == ErrorCode::failed);
}
