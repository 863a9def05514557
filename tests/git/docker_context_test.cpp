// The same folder sent by Docker's own client and by divioctl: what arrives in the image is the same.
#include <doctest/doctest.h>

#include <cstdlib>

#include "git/sandbox.hpp"
#include "support/ids.hpp"
#include "support/text.hpp"

using namespace divio;
using namespace divio::tests;

namespace {

std::string docker() {
  const char* engine = std::getenv("DIVIO_TEST_ENGINE");
  REQUIRE_MESSAGE(engine != nullptr, "run this with tests/run.sh");
  return "DOCKER_BUILDKIT=0 docker -H " + shell_quote(engine) + " ";
}

// Sends a context, builds `FROM scratch; COPY . /context/` of it, and lists what that holds, with folders.
std::vector<std::string> arrived(const Sandbox& box, const std::string& build) {
  const auto name = "divio-sources-test-" + random_hex(4);
  const auto listing =
      box.run("", build + " -q -t " + name + " " + (build.ends_with("-") ? "< context.tar" : "shop") +
                      " >&2 2>/dev/null && " + docker() + "create --name " + name + " " + name +
                      " none >/dev/null && " + docker() + "export " + name + " | tar -t | sort; " + docker() + "rm " +
                      name + " >/dev/null; " + docker() + "rmi " + name + " >/dev/null");
  std::vector<std::string> paths;
  for (const auto& line : split(listing, '\n')) {
    if (line.starts_with("context/") && line != "context/") paths.push_back(line.substr(8));
  }
  return paths;
}

}  // namespace

TEST_CASE("what the docker client sends of a folder is what we send of it") {
  // The client's walk does not enter an excluded folder that only an exception with wildcards could reach into, while
  // BuildKit's does, and so do we; such cases are not here.
  const std::vector<std::string> cases{
      "",
      "*.md\n!README*.md\nREADME-secret.md\n",
      "src\n!src/keep\n",
      "*\n!src\nsrc/**/*.log\n",
      "**/*.log\n*/temp*\n*/*/temp*\n",
      "/logs/*\n./src/sub/\n",
      "**/sub/**\n",
      "src/**/x\n**.md\n",
      "# comment\n #odd\n  notes.md  \n[a-n]*\n",
      "Dockerfile\n.dockerignore\nlogs\n",
      "src/sub\n!src\n",
      "src\n!src/sub\nsrc/sub/x\n",
      "not[^e]s.md\n\\#odd\nRE?DME.md\n",
      "a**d\n**a\n*/**/x\n",
  };
  for (const auto& ignore : cases) {
    const Sandbox box;
    for (const auto* path : {"README.md", "README-secret.md", "notes.md", "#odd", "abcd", "beta", "src/main.py",
                             "src/keep", "src/build.log", "src/temporary/x", "src/sub/x", "src/sub/deep/x",
                             "src/sub/deep/trace.log", "logs/today", "with space/x"}) {
      box.write(std::string("shop/") + path, path);
    }
    box.write("shop/Dockerfile", "FROM scratch\nCOPY . /context/\n");
    box.write("shop/.dockerignore", ignore);
    box.run("shop", "ln -s src/main.py link && chmod +x src/keep");
    const auto theirs = arrived(box, docker() + "build");
    box.write("context.tar", archive_of(context_of(box / "shop")));
    const auto ours = arrived(box, docker() + "build -");
    CHECK_MESSAGE(join(ours, "\n") == join(theirs, "\n"), "for .dockerignore:\n" << ignore);
    CHECK(!theirs.empty());
  }
}
