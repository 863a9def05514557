// The Docker adapter's pure parts: what it sends and how it reads what comes back.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "engines/docker/api.hpp"
#include "engines/docker/container_json.hpp"
#include "engines/docker/engine_json.hpp"
#include "engines/docker/image_json.hpp"
#include "engines/docker/json.hpp"
#include "engines/docker/query.hpp"

using namespace divio;
using namespace divio::engines;
using nlohmann::json;
using ports::ContainerState;

TEST_CASE("A container is asked for with its limits, restart, log and network") {
  ports::ContainerSpec spec;
  spec.name = "shop-live-web-1";
  spec.image = "divio/shop:1";
  spec.command = {"gunicorn", "shop"};
  spec.environment["STAGE"] = {Secret("live"), false};
  spec.labels = {{"divio.role", "instance"}};
  spec.network = {"divio-shop-live", "10.201.5.10", {"web"}};
  spec.mounts = {{"shop-live-media", "/data/media", true}};
  spec.resources = {256 << 20, 250};
  spec.restart = ports::RestartPolicy::unless_stopped;
  spec.stop_grace = std::chrono::seconds(20);
  const auto body = render_container(spec);
  CHECK(body == json::parse(R"({
    "Image": "divio/shop:1", "Cmd": ["gunicorn", "shop"], "Env": ["STAGE=live"], "Labels": {"divio.role": "instance"},
    "StopTimeout": 20,
    "HostConfig": {
      "Init": true, "NanoCpus": 250000000, "Memory": 268435456, "MemorySwap": 268435456,
      "RestartPolicy": {"Name": "unless-stopped"}, "NetworkMode": "divio-shop-live",
      "LogConfig": {"Type": "json-file", "Config": {"max-size": "10m", "max-file": "3"}},
      "Mounts": [{"Type": "volume", "Source": "shop-live-media", "Target": "/data/media", "ReadOnly": true}]},
    "NetworkingConfig": {"EndpointsConfig": {"divio-shop-live": {
      "IPAMConfig": {"IPv4Address": "10.201.5.10"}, "Aliases": ["web"]}}}})"));
}

TEST_CASE("A container that asks for nothing is given no limits and the image's own command") {
  ports::ContainerSpec spec;
  spec.image = "divio/shop:1";
  const auto body = render_container(spec);
  CHECK(body["HostConfig"]["RestartPolicy"]["Name"] == "no");
  for (const char* absent : {"NanoCpus", "Memory", "MemorySwap", "NetworkMode", "Mounts"})
    CHECK_FALSE(body["HostConfig"].contains(absent));
  for (const char* absent : {"Cmd", "Entrypoint", "User", "Tty", "OpenStdin", "NetworkingConfig"})
    CHECK_FALSE(body.contains(absent));
}

TEST_CASE("What is transient is removed by the engine and keeps no log; a volume can be mounted as it is") {
  ports::ContainerSpec spec;
  spec.mounts = {{"shop-live-media", "/media", false, true}};
  CHECK_FALSE(render_container(spec)["HostConfig"].contains("AutoRemove"));
  spec.transient = true;
  const auto host = render_container(spec)["HostConfig"];
  CHECK(host["AutoRemove"] == true);
  CHECK(host["LogConfig"] == json::parse(R"({"Type": "none", "Config": {}})"));
  CHECK(host["Mounts"][0]["VolumeOptions"] == json::parse(R"({"NoCopy": true})"));
}

TEST_CASE("The host's network and another container's take no address") {
  ports::ContainerSpec spec;
  spec.network.name = "host";
  CHECK(render_container(spec)["HostConfig"]["NetworkMode"] == "host");
  CHECK_FALSE(render_container(spec).contains("NetworkingConfig"));
  spec.network = {"divio-net", "10.0.0.9", {}};
  spec.join_network_of = "abc123";
  CHECK(render_container(spec)["HostConfig"]["NetworkMode"] == "container:abc123");
  CHECK_FALSE(render_container(spec).contains("NetworkingConfig"));
}

TEST_CASE("Open input ends when whoever attached to it goes") {
  ports::ContainerSpec spec;
  spec.open_input = true;
  spec.terminal = true;
  spec.user = "www-data";
  spec.entrypoint = {"/bin/sh"};
  const auto body = render_container(spec);
  CHECK(body["OpenStdin"] == true);
  CHECK(body["StdinOnce"] == true);
  CHECK(body["Tty"] == true);
  CHECK(body["User"] == "www-data");
  CHECK(body["Entrypoint"] == json{"/bin/sh"});
}

TEST_CASE("A command in a container is asked for with both outputs") {
  ports::ExecSpec spec;
  spec.command = {"ls"};
  spec.environment["A"] = {Secret("b"), true};
  spec.directory = "/srv";
  spec.open_input = false;
  CHECK(render_exec(spec) ==
        json::parse(R"({"AttachStdin": false, "AttachStdout": true, "AttachStderr": true, "Tty": false,
                                             "Cmd": ["ls"], "Env": ["A=b"], "WorkingDir": "/srv"})"));
}

TEST_CASE("A container that was looked at") {
  const auto seen = read_container(json::parse(R"({
    "Id": "f00d", "Name": "/shop-live-web-1", "Image": "sha256:abc", "RestartCount": 4,
    "State": {"Status": "exited", "ExitCode": 137, "OOMKilled": true, "Error": "it broke",
              "StartedAt": "2026-11-22T20:15:58.123456789Z", "FinishedAt": "2026-11-22T20:16:00Z"},
    "Config": {"Image": "divio/shop:1", "Labels": {"divio.process": "web"}},
    "NetworkSettings": {"Networks": {
      "running": {"IPAddress": "10.1.0.5", "Gateway": "10.1.0.1", "IPAMConfig": null},
      "fixed": {"IPAddress": "", "IPAMConfig": {"IPv4Address": "10.201.5.10"}},
      "none": {"IPAddress": "", "IPAMConfig": {}}}}})"));
  CHECK(seen.id == "f00d");
  CHECK(seen.name == "shop-live-web-1");
  CHECK(seen.image == "divio/shop:1");
  CHECK(seen.image_id == "sha256:abc");
  CHECK(seen.state == ContainerState::exited);
  CHECK(seen.exit_code == 137);
  CHECK(seen.out_of_memory);
  CHECK(seen.restarts == 4);
  CHECK(seen.error == "it broke");
  CHECK(seen.labels == model::Labels{{"divio.process", "web"}});
  CHECK(seen.addresses == std::map<std::string, std::string>{{"running", "10.1.0.5"}, {"fixed", "10.201.5.10"}});
  CHECK(seen.gateways == std::map<std::string, std::string>{{"running", "10.1.0.1"}});
  REQUIRE(seen.started_at);
  CHECK(model::to_rfc3339(*seen.started_at) == "2026-11-22T20:15:58.123Z");
}

TEST_CASE("A container that never ran has no times, and nulls read as nothing") {
  const auto seen = read_container(json::parse(R"({
    "Id": "1", "State": {"Status": "created", "StartedAt": "0001-01-01T00:00:00Z"}, "Config": {"Labels": null},
    "NetworkSettings": {"Networks": null}})"));
  CHECK_FALSE(seen.started_at);
  CHECK_FALSE(seen.finished_at);
  CHECK(seen.labels.empty());
  CHECK(seen.addresses.empty());
}

TEST_CASE("Listed containers are ordered by their own name, whatever others call them") {
  const auto seen = read_containers(json::parse(R"([
    {"Id": "2", "Names": ["/other/alias", "/b"], "State": "running", "Image": "i", "ImageID": "sha256:1", "Labels": {"k": "v"}},
    {"Id": "1", "Names": ["/a"], "State": "stopping"}])"));
  REQUIRE(seen.size() == 2);
  CHECK(seen[0].name == "a");
  CHECK(seen[0].state == ContainerState::exited);  // a state of Podman's: it does not run
  CHECK(seen[1].name == "b");
  CHECK(seen[1].state == ContainerState::running);
  CHECK(seen[1].image_id == "sha256:1");
}

TEST_CASE("An image that was looked at, with its TCP ports in ascending order") {
  const auto seen = read_image(json::parse(R"({
    "Id": "sha256:1", "RepoTags": ["b:1", "a:1"], "Created": "2026-11-22T20:15:58Z", "Size": 7, "Architecture": "arm64",
    "Config": {"Labels": {"k": "v"}, "ExposedPorts": {"8000/tcp": {}, "53/udp": {}, "443/tcp": {}}}})"));
  CHECK(seen.names == std::vector<std::string>{"a:1", "b:1"});
  CHECK(seen.exposed_ports == std::vector<int>{443, 8000});
  CHECK(seen.architecture == "arm64");
  CHECK(seen.bytes == 7);
  CHECK(seen.labels == model::Labels{{"k", "v"}});
  CHECK(model::to_rfc3339(seen.created_at) == "2026-11-22T20:15:58.000Z");
}

TEST_CASE("Listed images without a name have none") {
  const auto seen = read_images(json::parse(R"([
    {"Id": "sha256:1", "RepoTags": ["<none>:<none>"], "Created": 1700000000, "Size": 3, "Labels": null},
    {"Id": "sha256:2", "RepoTags": null}])"));
  REQUIRE(seen.size() == 2);
  CHECK(seen[0].names.empty());
  CHECK(seen[0].created_at.time_since_epoch() == std::chrono::seconds(1700000000));
  CHECK(seen[1].names.empty());
}

TEST_CASE("The engine, its networks and volumes") {
  const auto info = read_info(json::parse(R"({"ServerVersion": "20.10.24", "Architecture": "x86_64", "NCPU": 2,
    "MemTotal": 25276510208, "OperatingSystem": "Debian", "DockerRootDir": "/var/lib/docker"})"));
  CHECK(info.version == "20.10.24");
  CHECK(info.architecture == "amd64");
  CHECK(info.cores == 2);
  CHECK(info.memory_bytes == 25276510208u);
  CHECK(architecture_of("aarch64") == "arm64");
  CHECK(architecture_of("riscv64") == "riscv64");

  const auto networks = read_networks(json::parse(R"([{"Id": "1", "Name": "n", "Labels": {}, "IPAM":
    {"Config": [{"Subnet": "10.201.5.0/24"}]}}, {"Name": "host", "IPAM": {"Config": null}}])"));
  REQUIRE(networks.size() == 2);
  CHECK(networks[0].name == "host");
  CHECK(networks[0].subnet.empty());
  CHECK(networks[1].subnet == "10.201.5.0/24");

  const auto volumes = read_volumes(json::parse(R"({"Volumes": [{"Name": "b"}, {"Name": "a", "Labels": {"k": "v"},
    "CreatedAt": "2026-11-23T04:29:41Z"}]})"));
  REQUIRE(volumes.size() == 2);
  CHECK(volumes[0].name == "a");
  CHECK(volumes[0].labels == model::Labels{{"k", "v"}});
  CHECK(volumes[0].created_at == *model::parse_rfc3339("2026-11-23T04:29:41Z"));
  CHECK(volumes[1].name == "b");
  CHECK(read_volumes(json::parse(R"({"Volumes": null})")).empty());
}

TEST_CASE("A network is asked for with its subnet and the range for addresses that are not fixed") {
  CHECK(render_network({"n", "10.201.5.0/24", "10.201.5.128/25", {{"k", "v"}}}) == json::parse(R"({
    "Name": "n", "Driver": "bridge", "CheckDuplicate": true, "Labels": {"k": "v"},
    "IPAM": {"Config": [{"Subnet": "10.201.5.0/24", "IPRange": "10.201.5.128/25"}]}})"));
  CHECK_FALSE(render_network({"n", "", "", {}}).contains("IPAM"));
}

TEST_CASE("JSON of the wrong shape reads as nothing rather than ending the program") {
  for (const char* shape :
       {"null", "[]", "{}", "7", "\"text\"", "[1, null, \"x\"]", R"({"State": 1, "Names": {}, "Volumes": 3})"}) {
    const auto value = json::parse(shape);
    CHECK(read_container(value).id.empty());
    CHECK(read_image(value).id.empty());
    for (const auto& container : read_containers(value)) CHECK(container.id.empty());
    for (const auto& image : read_images(value)) CHECK(image.id.empty());
    for (const auto& network : read_networks(value)) CHECK(network.id.empty());
    for (const auto& volume : read_volumes(value)) CHECK(volume.name.empty());
    CHECK(read_info(value).version.empty());
  }
  CHECK_FALSE(parse_answer("<html>", "list containers"));
  CHECK_FALSE(dump(json{{"Env", "\xff\xfe"}}, "create"));
}

TEST_CASE("Paths and queries are encoded") {
  CHECK(in_path("../a b") == "..%2Fa%20b");
  CHECK(image_in_path("host:5000/divio/shop:1@x y") == "host:5000/divio/shop:1@x%20y");
  CHECK(query_text({}).empty());
  CHECK(query_text({{"t", "10"}, {"filters", "{\"label\":[]}"}}) == "?t=10&filters=%7B%22label%22%3A%5B%5D%7D");
  CHECK(label_filters({{"divio.managed", ""}, {"divio.project", "shop"}}) ==
        R"({"label":["divio.managed","divio.project=shop"]})");
}

TEST_CASE("An image's name has its tag after the last colon that is not a port's") {
  const auto split = [](std::string_view name) {
    const auto parts = split_image_name(name);
    return parts.repository + " " + parts.tag;
  };
  CHECK(split("debian") == "debian latest");
  CHECK(split("debian:bookworm-slim") == "debian bookworm-slim");
  CHECK(split("host:5000/divio/shop") == "host:5000/divio/shop latest");
  CHECK(split("host:5000/divio/shop:1") == "host:5000/divio/shop 1");
  CHECK(split("shop@sha256:abc") == "shop sha256:abc");
}

TEST_CASE("The version is the newest that both sides know") {
  CHECK(agree_on_version("1.41", "x") == "1.41");
  CHECK(agree_on_version("1.44", "x") == "1.44");
  CHECK(agree_on_version("1.52", "x") == "1.47");
  for (const char* unusable : {"1.40", "", "2.1", "one.two", "1"}) {
    const auto refused = agree_on_version(unusable, "unix:///run/d.sock");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("unix:///run/d.sock") != std::string::npos);
    CHECK(refused.error().hint.find("20.10") != std::string::npos);
  }
}
