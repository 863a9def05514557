// A region on another machine, by each way that there is to its engine.
#include <doctest/doctest.h>

#include <cstdlib>

#include "e2e/second_host.hpp"
#include "e2e/site.hpp"
#include "fakes/outcome.hpp"

using namespace divio;
using namespace divio::live;
using tests::contains;

namespace {

void add_region(const Site& site, const SecondHost& host, const std::string& way) {
  std::vector<std::string> words{"region", "add", "eu", "--ingress-port", "8088", "--endpoint"};
  if (way == "ssh") words.push_back(host.ssh_endpoint());
  else words.insert(words.end(), {host.tcp_endpoint(), "--certificates", host.certificates()});
  site.expect(0, words);
}

// From the first build to the last trace, with nothing in the file that says how the region is reached.
void live_and_leave(const Site& site, const SecondHost& host) {
  const auto deployed = site.answer({"deploy"});
  CHECK(deployed["region"] == "eu");
  CHECK(deployed["address"] == "http://" + host.address + ":8088");
  const std::string address = deployed["address"];
  CHECK(contains(ask_at(address, "hello.localhost"), "release=1"));

  site.expect(0, {"scale", "web=2"});
  CHECK(site.answer({"status"})["processes"]["web"]["healthy"] == 2);
  CHECK(!site.expect(0, {"logs"}).out.empty());
  CHECK(site.expect(0, {"exec", "web", "--", "/hello", "print", "from afar"}).out == "from afar\n");
  site.expect(0, {"variable", "set", "HELLO_NAME=afar"});
  site.expect(0, {"deploy"});
  CHECK(contains(ask_at(address, "hello.localhost"), "name=afar release=2"));
  site.expect(0, {"rollback"});
  CHECK(contains(ask_at(address, "hello.localhost"), "release=1"));
  CHECK(site.answer({"region", "check", "eu"})["usable"] == true);

  site.expect(0, {"destroy", "--yes"});
  site.expect(0, {"region", "remove", "eu"});
}

}  // namespace

TEST_CASE("a project is built, deployed, scaled, rolled back and destroyed on another machine, over TLS and over ssh") {
  const SecondHost host;
  REQUIRE(setenv("DIVIOCTL_SSH", host.ssh().c_str(), 1) == 0);
  for (const std::string way : {"TLS", "ssh"}) {
    CAPTURE(way);
    const Site site;
    site.write("divio.yaml", "project: hello\nprocesses: {web: {health: {path: /healthz}}}\n"
                             "environments: {live: {branch: main, region: eu}}\n");
    site.commit("elsewhere");
    add_region(site, host, way);
    live_and_leave(site, host);
  }
}

TEST_CASE("what one region builds is brought to another one, without the layers that are there; its engine may get another address") {
  const SecondHost host;
  const Site site;
  site.write("divio.yaml", "project: hello\nprocesses: {web: {health: {path: /healthz}}}\n"
                           "environments: {live: {branch: main, region: eu}}\n");
  site.commit("elsewhere");
  site.expect(0, {"region", "add", "eu", "--endpoint", host.endpoint, "--ingress-port", "8088", "--address", host.address,
                  "--builder", "local"});
  const auto first = site.answer({"deploy"});
  CHECK(first["region"] == "eu");
  const auto there = host.engine();
  const auto here = site.engine().images().inspect(first["image"]);
  REQUIRE(here);
  const auto brought = there->images().inspect(first["image"]);
  REQUIRE(brought);
  CHECK(brought->id == here->id);
  CHECK(brought->labels == here->labels);
  CHECK(contains(ask_at("http://" + host.address + ":8088", "hello.localhost"), "release=1"));
  CHECK(site.containers().empty());

  site.write("more.txt", "more");
  site.write("Dockerfile", file_text(site.code() / "Dockerfile") + "COPY more.txt /more.txt\n");
  site.commit("one layer more");
  const auto second = site.expect(0, {"deploy", "--output", "json"});
  CHECK(contains(second.out, "layers are there already"));
  CHECK(contains(ask_at("http://" + host.address + ":8088", "hello.localhost"), "release=2"));
  CHECK(contains(site.expect(5, {"region", "remove", "local"}).err, "local"));

  const auto elsewhere = site.expect(5, {"region", "set", "eu", "--endpoint", std::getenv("DIVIO_TEST_ENGINE")}).err;
  CHECK(contains(elsewhere, "region eu cannot get another engine while hello-live lives there"));
  site.expect(0, {"region", "set", "eu", "--endpoint", host.tcp_endpoint(), "--certificates", host.certificates()});
  site.expect(0, {"scale", "web=2"});
  CHECK(site.answer({"status"})["processes"]["web"]["healthy"] == 2);
  site.expect(0, {"destroy", "--yes"});
  site.expect(0, {"region", "remove", "eu"});
}

TEST_CASE("a region is not added over a way that does not lead there, and it is said why") {
  const SecondHost host;
  const Site site;
  const auto refused = [&](const std::string& endpoint, const std::string& certificates) {
    std::vector<std::string> words{"region", "add", "eu", "--endpoint", endpoint};
    if (!certificates.empty()) words.insert(words.end(), {"--certificates", certificates});
    return site.expect(6, words).err;
  };
  const auto tls = host.certificates().substr(0, host.certificates().rfind('/'));
  CHECK(contains(refused(host.tcp_endpoint(), tls + "/expired"), "expired"));
  CHECK(contains(refused(host.tcp_endpoint(), ""), "TLS"));
  REQUIRE(setenv("DIVIOCTL_SSH", host.ssh().c_str(), 1) == 0);
  CHECK(contains(refused("ssh://root@" + host.address + ":2223", ""), "refused"));
  CHECK(site.answer({"region", "list"})["regions"].size() == 1);
}
