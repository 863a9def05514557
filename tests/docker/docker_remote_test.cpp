// An engine on another host, by ssh: one connection, made anew when it broke, and nothing left over.
#include <dirent.h>
#include <fmt/format.h>
#include <signal.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <iterator>
#include <thread>

#include "docker/engine_contract.hpp"
#include "docker/remote_host.hpp"
#include "fakes/child_process.hpp"
#include "fakes/temporary_folder.hpp"
#include "fakes/within.hpp"
#include "support/text.hpp"

using namespace divio;
using namespace divio::contract;

namespace {

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// ssh as it is, but each start of it is written down.
class CountedSsh {
 public:
  CountedSsh() : endpoint_(ssh_endpoint()) {
    std::ofstream(folder_ / "ssh.sh") << "echo $$ >>" << list() << "\nexec " << endpoint_.ssh << " \"$@\"\n";
    endpoint_.ssh = "/bin/sh " + (folder_ / "ssh.sh").string();
  }

  [[nodiscard]] const engines::Endpoint& endpoint() const { return endpoint_; }
  [[nodiscard]] std::unique_ptr<ports::Engine> engine() const {
    auto opened = engines::open_docker(endpoint_);
    REQUIRE_OK(opened);
    return std::move(*opened);
  }
  // The numbers of the processes that were started, the latest last.
  [[nodiscard]] std::vector<pid_t> starts() const {
    std::vector<pid_t> all;
    for (const auto& line : split(content_of(list()), '\n'))
      if (!line.empty()) all.push_back(std::stoi(line));
    return all;
  }
  void cut() const { REQUIRE(::kill(starts().back(), SIGKILL) == 0); }

 private:
  [[nodiscard]] std::string list() const { return (folder_ / "started").string(); }
  tests::TemporaryFolder folder_;
  engines::Endpoint endpoint_;
};

// The process groups in which something still runs, of those whose leaders were started.
bool any_lives(const std::vector<pid_t>& groups) {
  for (const auto group : groups)
    if (::kill(-group, 0) == 0) return true;
  return false;
}

// The folders that hold the sockets of forwards, in TMPDIR of this test.
std::vector<std::string> forward_folders(const std::filesystem::path& parent) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(parent))
    if (entry.path().filename().string().starts_with("divioctl-")) found.push_back(entry.path());
  return found;
}

}  // namespace

TEST_CASE("Many calls of many threads share one ssh connection, which ends with the engine") {
  const CountedSsh ssh;
  {
    const auto engine = ssh.engine();
    CHECK(ssh.starts().empty());
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 5; ++i) CHECK(engine->containers().list({{"divio.contract", "none"}}));
      });
    threads.clear();
    CHECK(ssh.starts().size() == 1);
    CHECK(any_lives(ssh.starts()));
  }
  CHECK(tests::within_20_seconds([&] { return !any_lives(ssh.starts()); }));
}

TEST_CASE("A connection that was cut between two calls is made anew by the second") {
  const CountedSsh ssh;
  const auto engine = ssh.engine();
  REQUIRE_OK(engine->info());
  ssh.cut();
  REQUIRE_OK(engine->info());
  CHECK(ssh.starts().size() == 2);
}

TEST_CASE("Waiting for a container goes on over a new connection when the old one is cut") {
  const CountedSsh ssh;
  Ground ground(ssh.engine());
  const auto id = ground.run("waited", command::sleep());
  std::jthread disturber([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    ssh.cut();
    CHECK(tests::within_20_seconds([&] { return ssh.starts().size() == 2; }));
    CHECK(ground.containers().kill(id, "SIGKILL"));
  });
  const auto code = ground.containers().wait(id, {});
  REQUIRE_OK(code);
  CHECK(*code == 137);
}

TEST_CASE("A log whose connection is cut ends in an error that names the host, and the next call works") {
  const CountedSsh ssh;
  Ground ground(ssh.engine());
  auto spec = ground.container("chatty", {"sh", "-c", "while echo line; do sleep 0.1; done"});
  const auto id = ground.containers().create(spec);
  REQUIRE_OK(id);
  REQUIRE_OK(ground.containers().start(*id));
  int chunks = 0;
  const auto followed = ground.streams().logs(*id, {.tail = -1, .follow = true, .timestamps = false, .since = ""},
                                              [&](ports::Output, std::string_view) {
                                                if (++chunks == 3) ssh.cut();
                                              },
                                              {});
  CHECK_CODE(ErrorCode::unreachable, followed);
  CHECK(followed.error().message.find(host_address()) != std::string::npos);
  CHECK_FALSE(followed.error().hint.empty());
  CHECK(ground.containers().inspect(*id)->state == ports::ContainerState::running);
}

TEST_CASE("A command whose connection is cut does not look as if its output had ended") {
  const CountedSsh ssh;
  Ground ground(ssh.engine());
  const auto id = ground.run("host", command::sleep());
  ports::ExecSpec spec;
  spec.command = {"sh", "-c", "echo first; sleep 60; echo last"};
  spec.open_input = false;
  auto session = ground.streams().exec(id, spec);
  REQUIRE_OK(session);
  auto chunk = (*session)->read(std::chrono::seconds(20));
  REQUIRE_OK(chunk);
  ssh.cut();
  chunk = (*session)->read(std::chrono::seconds(20));
  CHECK_CODE(ErrorCode::unreachable, chunk);
}

TEST_CASE("Nothing is left over when the process that connected is killed") {
  const CountedSsh ssh;
  const tests::TemporaryFolder folder;
  {
    tests::ChildProcess child([&](int out) {
      ::setenv("XDG_RUNTIME_DIR", folder.path().c_str(), 1);
      const auto engine = ssh.engine();
      const bool connected = engine->info().has_value();
      (void)!::write(out, connected ? "y" : "n", 1);
      ::pause();
      return 0;
    });
    CHECK(child.read_some(1) == "y");
    CHECK(forward_folders(folder.path()).size() == 1);
    CHECK(any_lives(ssh.starts()));
    child.kill();
  }
  CHECK(tests::within_20_seconds([&] { return !any_lives(ssh.starts()); }));
  CHECK(tests::within_20_seconds([&] { return forward_folders(folder.path()).empty(); }));
}

TEST_CASE("An image moves from an engine reached by ssh to one reached over TLS, and stays the same") {
  const auto from = engines::open_docker(ssh_endpoint());
  REQUIRE_OK(from);
  auto by_tls = engines::open_docker(tls_endpoint());
  REQUIRE_OK(by_tls);
  Ground to(std::move(*by_tls));
  const auto spec = build_of(to, "moved", "FROM scratch\nCOPY hello.txt /\n");
  REQUIRE_OK((*from)->images().build(spec, {}, {}));
  const auto before = to.images().inspect(spec.name);
  REQUIRE_OK(before);
  REQUIRE_OK(
      to.images().load([&](const ports::ByteSink& sink) { return (*from)->images().save({spec.name}, sink, {}); }, {}));
  CHECK(to.images().inspect(spec.name)->id == before->id);
}
