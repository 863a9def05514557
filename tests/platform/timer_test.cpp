// The timer of systemd: what is written, where to, and what systemctl is told.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>

#include "fakes/outcome.hpp"
#include "platform/several_regions.hpp"
#include "support/text.hpp"
#include "system/process.hpp"

using namespace divio;
using namespace divio::tests;

namespace {

namespace fs = std::filesystem;

// Variables of this process, which are as they were at the end of the scope.
class Variables {
 public:
  explicit Variables(const std::map<std::string, std::string>& values) {
    for (const auto& [name, value] : values) {
      const char* before = std::getenv(name.c_str());
      before_[name] = before == nullptr ? std::nullopt : std::optional<std::string>(before);
      ::setenv(name.c_str(), value.c_str(), 1);
    }
  }
  ~Variables() {
    for (const auto& [name, value] : before_)
      if (value) ::setenv(name.c_str(), value->c_str(), 1);
      else ::unsetenv(name.c_str());
  }
  Variables(const Variables&) = delete;
  Variables& operator=(const Variables&) = delete;

 private:
  std::map<std::string, std::optional<std::string>> before_;
};

std::string all_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A folder of units, and a systemctl that writes down what it is told.
struct TimerWorld : SeveralRegions {
  TimerWorld() {
    fs::create_directories(programs);
    std::ofstream(programs / "systemctl") << "#!/bin/sh\necho \"$*\" >> '" << told.string() << "'\n";
    fs::permissions(programs / "systemctl", fs::perms::owner_all);
  }

  fs::path programs = folder() / "programs";
  fs::path told = folder() / "told";
  fs::path units = folder() / "config/systemd/user";
  Variables variables{{{"HOME", "/home/ann"},
                       {"XDG_CONFIG_HOME", (folder() / "config").string()},
                       {"PATH", programs.string()},
                       {"DIVIOCTL_SSH", "ssh -F \"/etc/an agent\" -o User=50%\n"},
                       {"SSH_AUTH_SOCK", "/run/agent"},
                       {"DOCKER_TLS_VERIFY", "1"},
                       {"DOCKER_CERT_PATH", "certificates"},
                       {"DOCKER_CONFIG", ""},
                       {"AWS_SECRET_ACCESS_KEY", "s3cret"}}};
};

// What systemd says of the units.
std::string complaints(const std::vector<TimerView::File>& files) {
  std::vector<std::string> words{"systemd-analyze", "verify", "--man=no"};
  for (const auto& file : files) words.push_back(file.path);
  std::string said;
  const auto ended = system::run({.arguments = words, .environment = {}, .directory = {}}, {}, [&](std::string_view line) {
    if (line.find("divioctl-backups") != std::string_view::npos) said += fmt::format("{}\n", line);
  });
  REQUIRE_MESSAGE(ended, ended.error().message);
  return said;
}

}  // namespace

TEST_CASE("the service is given what decides how engines are reached, in systemd's quotes, and nothing else") {
  TimerWorld world;
  const auto planned = must(world.platform("tcp://engine:2376").install_timer({}, true));
  REQUIRE(planned.files.size() == 2);
  CHECK(planned.files[0].text == fmt::format(R"([Unit]
Description=Makes the backups of divioctl that are due

[Service]
Type=oneshot
Environment="DIVIOCTL_HOME={}"
Environment="DOCKER_HOST=tcp://engine:2376"
Environment="HOME=/home/ann"
Environment="DIVIOCTL_SSH=ssh -F \"/etc/an agent\" -o User=50%%\x0a"
Environment="SSH_AUTH_SOCK=/run/agent"
Environment="DOCKER_TLS_VERIFY=1"
Environment="DOCKER_CERT_PATH={}"
ExecStart="{}" backup run --output json --quiet
TimeoutStartSec=infinity
Nice=10
)", world.home().string(), (fs::current_path() / "certificates").string(), fs::read_symlink("/proc/self/exe").string()));
  CHECK(contains(planned.files[1].text, "\nOnCalendar=*:0/15\n"));
  CHECK_FALSE(fs::exists(world.units));
  CHECK_FALSE(fs::exists(world.told));
  CHECK(must(world.platform().install_timer({.system_wide = true}, true)).files[1].path == "/etc/systemd/system/divioctl-backups.timer");
}

TEST_CASE("a timer is written as it was planned, systemd understands it, and it is taken away again") {
  TimerWorld world;
  const auto planned = must(world.platform().install_timer({}, true));
  const auto installed = must(world.platform().install_timer({}, false));
  CHECK(installed.outcome == "installed");
  REQUIRE(installed.files.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto& path = installed.files[i].path;
    CHECK(fs::path(path).parent_path() == world.units);
    CHECK(all_of(path) == planned.files[i].text);
    CHECK(fs::status(path).permissions() == fs::perms(0644));
  }
  CHECK(all_of(world.told) == "--user daemon-reload\n--user enable --now divioctl-backups.timer\n");
  {
    const Variables with_programs{{{"PATH", "/usr/bin:/bin"}}};
    CHECK(complaints(installed.files) == "");
  }
  CHECK(must(world.platform().remove_timer({}, false)).outcome == "removed");
  CHECK(fs::is_empty(world.units));
  CHECK(all_of(world.told).ends_with("--user disable --now divioctl-backups.timer\n--user daemon-reload\n"));
  CHECK(must_fail(world.platform().remove_timer({}, false)).code == ErrorCode::not_found);
}
