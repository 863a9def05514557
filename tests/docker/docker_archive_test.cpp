// Layers that are taken out of an archive of images as it passes by.
#include <doctest/doctest.h>

#include <random>

#include "engines/docker/archive_sieve.hpp"
#include "engines/docker/layer_folders.hpp"
#include "fakes/tar.hpp"

using namespace divio;
using namespace divio::engines;

namespace {

// Of an image of two layers that an engine 20.10 saved.
const std::vector<std::string> layers{"sha256:8db672e9a3897b6ecf64c0cd956afd5ad8d77e04dd8aebbbe96f9eaafc6d3899",
                                      "sha256:1c027bc28a158580bfbe131b09d4b77cf3831db061e1b28ced9dc48018358306"};
const std::string lower = "219603b28b9c0864fd1c62d461ac8b8c1529f3673fe7bf2720d3854951d87364";
const std::string upper = "b68aa63f97f97f714ada7a7534064ea3ab6880d7f305de1d82f151162dfba920";
const std::string lower_json =
    R"({"id":"219603b28b9c0864fd1c62d461ac8b8c1529f3673fe7bf2720d3854951d87364","created":"1970-01-01T00:00:00Z","container_config":{"Hostname":"","Domainname":"","User":"","AttachStdin":false,"AttachStdout":false,"AttachStderr":false,"Tty":false,"OpenStdin":false,"StdinOnce":false,"Env":null,"Cmd":null,"Image":"","Volumes":null,"WorkingDir":"","Entrypoint":null,"OnBuild":null,"Labels":null},"os":"linux"})";
const std::string upper_json =
    R"({"id":"b68aa63f97f97f714ada7a7534064ea3ab6880d7f305de1d82f151162dfba920","parent":"219603b28b9c0864fd1c62d461ac8b8c1529f3673fe7bf2720d3854951d87364","created":"2026-11-23T03:36:32.598079485Z","container":"a759bcf4734dd1972005cd90579d9ef64b75254e3722716db7d5af77b45c51af","container_config":{"Hostname":"a759bcf4734d","Domainname":"","User":"","AttachStdin":false,"AttachStdout":false,"AttachStderr":false,"Tty":false,"OpenStdin":false,"StdinOnce":false,"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin","X=a\u003cb\u003e\u0026c"],"Cmd":["/bin/sh","-c","#(nop) ","ENV X=a\u003cb\u003e\u0026c"],"Image":"sha256:2ab5dc1608104c224b261da7b911a46d53355af9e2cf83f3813628ac56d77dae","Volumes":null,"WorkingDir":"","Entrypoint":null,"OnBuild":null,"Labels":{}},"docker_version":"20.10.24+dfsg1","config":{"Hostname":"","Domainname":"","User":"","AttachStdin":false,"AttachStdout":false,"AttachStderr":false,"Tty":false,"OpenStdin":false,"StdinOnce":false,"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin","X=a\u003cb\u003e\u0026c"],"Cmd":null,"Image":"sha256:2ab5dc1608104c224b261da7b911a46d53355af9e2cf83f3813628ac56d77dae","Volumes":null,"WorkingDir":"","Entrypoint":null,"OnBuild":null,"Labels":null},"architecture":"amd64","os":"linux"})";

fakes::Files archive_of_old_engine() {
  return {{lower + "/VERSION", "1.0"},     {lower + "/json", lower_json}, {lower + "/layer.tar", std::string(3000, 'l')},
          {upper + "/VERSION", "1.0"},     {upper + "/json", upper_json}, {upper + "/layer.tar", std::string(1024, 'u')},
          {"manifest.json", "[{\"Config\":\"c.json\"}]"}, {"c.json", "{}"}};
}

// Fed in pieces of random sizes.
std::string sieved(const std::string& archive, const std::vector<std::string>& of, std::size_t known, std::mt19937& random) {
  std::string out;
  ArchiveSieve sieve(of, known, [&](std::string_view bytes) -> Result<void> {
    out += bytes;
    return {};
  });
  std::string_view rest = archive;
  while (!rest.empty()) {
    const auto part = rest.substr(0, std::uniform_int_distribution<std::size_t>(1, 1500)(random));
    REQUIRE(sieve.feed(part));
    rest.remove_prefix(part.size());
  }
  return out;
}

}  // namespace

TEST_CASE("the folder of an archive tells which layer it holds, to those who know the layers, and nothing else does") {
  const auto chains = chain_ids(layers);
  CHECK(chains.front() == layers.front());
  CHECK(layer_in_folder(lower, lower_json, chains) == 0);
  CHECK(layer_in_folder(upper, upper_json, chains) == 1);
  CHECK_FALSE(layer_in_folder(upper, lower_json, chains));
  CHECK_FALSE(layer_in_folder(lower, lower_json, chain_ids({layers.back()})));
  CHECK_FALSE(layer_in_folder(lower, "no json", chains));
  CHECK_FALSE(layer_in_folder(lower, "[1]", chains));
}

TEST_CASE("the lowest layers are taken out of an archive and everything else passes byte by byte") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  const auto whole = fakes::write_tar(archive_of_old_engine());
  for (int round = 0; round < 50; ++round) {
    CHECK(sieved(whole, layers, 0, random) == whole);
    auto expected = archive_of_old_engine();
    expected.erase(lower + "/layer.tar");
    CHECK(sieved(whole, layers, 1, random) == fakes::write_tar(expected));
    expected.erase(upper + "/layer.tar");
    CHECK(sieved(whole, layers, 2, random) == fakes::write_tar(expected));
    CHECK(sieved(whole, layers, 9, random) == fakes::write_tar(expected));
  }
}

TEST_CASE("in the archives of newer engines the layers are recognised by name") {
  std::mt19937 random(1);
  fakes::Files files{{"blobs/sha256/" + layers[0].substr(7), std::string(700, 'l')},
                     {"blobs/sha256/" + layers[1].substr(7), std::string(512, 'u')},
                     {"index.json", "{}"},
                     {"manifest.json", "[]"}};
  const auto whole = fakes::write_tar(files);
  files.erase("blobs/sha256/" + layers[0].substr(7));
  CHECK(sieved(whole, layers, 1, random) == fakes::write_tar(files));
}

TEST_CASE("a layer that occurs once more above those that are known stays, for the archive may hold it once for both") {
  std::mt19937 random(1);
  const auto whole = fakes::write_tar({{"blobs/sha256/" + layers[0].substr(7), std::string(700, 'l')}});
  CHECK(sieved(whole, {layers[0], layers[1], layers[0]}, 2, random) == whole);
}

TEST_CASE("a layer of another image, and what is no archive at all, passes") {
  std::mt19937 random(1);
  const auto whole = fakes::write_tar(archive_of_old_engine());
  CHECK(sieved(whole, {"sha256:" + std::string(64, 'a'), "odd"}, 2, random) == whole);
  const std::string nonsense(5120, '\xFF');
  CHECK(sieved(nonsense, layers, 2, random) == nonsense);
}

TEST_CASE("a sink that fails ends it with its error") {
  ArchiveSieve sieve(layers, 1, [](std::string_view) -> Result<void> { return fail(ErrorCode::failed, "full"); });
  const auto fed = sieve.feed(fakes::write_tar(archive_of_old_engine()));
  REQUIRE_FALSE(fed);
  CHECK(fed.error().message == "full");
}
