#include "e2e/site.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <mutex>

#include "engines/docker/docker.hpp"
#include "fakes/outcome.hpp"
#include "haproxy/visitor.hpp"
#include "model/labels.hpp"
#include "model/roles.hpp"
#include "store/sqlite/store.hpp"
#include "support/text.hpp"

namespace divio::live {
namespace {

using model::Labels;
using tests::must;

const std::string top = DIVIO_SOURCE_DIR;

// The server in the codebase's image: built once a test program, unless tests/run.sh has built it already.
std::string hello_binary() {
  const auto built = variable_or("HELLO_BINARY", "");
  if (!built.empty()) return built;
  static const tests::TemporaryFolder folder;
  static std::once_flag once;
  const auto path = (folder / "hello").string();
  std::call_once(once, [&] { REQUIRE(run({{top + "/examples/hello/build.sh", path}, {}}).code == 0); });
  return path;
}

// Leaks are looked for in one run of eight, for that takes half of the time of a short one.
std::string sanitizer_options() {
  static std::atomic<unsigned> runs = 0;
  return variable_or("ASAN_OPTIONS", "") + (++runs % 8 == 0 ? ":detect_leaks=1" : ":detect_leaks=0");
}

Labels labels_of(const std::string& catalogue) { return {{std::string(model::label::managed), catalogue}}; }

}  // namespace

std::string far_window() {
  const std::vector<std::string> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  const std::chrono::weekday today(std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
  return days.at((today + std::chrono::days(3)).c_encoding()) + " 01:00-02:00 UTC";
}

std::string divioctl_binary() { return variable_or("DIVIOCTL", DIVIO_BINARY_DIR "/cli/divioctl"); }

Site::Site(SiteOptions options) : options_(std::move(options)) {
  if (options_.engine.empty()) options_.engine = needed_variable("DIVIO_TEST_ENGINE");
  const auto endpoint = must(engines::find_endpoint(options_.engine, [](const auto&) { return std::nullopt; }));
  engine_ = must(engines::open_docker(endpoint));
  const auto made = run({{top + "/examples/hello/make-codebase.sh", code().string(), "--base", options_.base},
                         {{"HELLO_BINARY", hello_binary()}}});
  REQUIRE_MESSAGE(made.code == 0, made.text());
}

Site::~Site() { clear(); }

std::map<std::string, std::string> Site::environment() const {
  return {{"DIVIOCTL_HOME", home().string()},
          {"DIVIOCTL_ENV", "live"},
          {"DOCKER_HOST", options_.engine},
          {"DIVIOCTL_INGRESS_PORT", std::to_string(options_.port)},
          {"LC_ALL", "C.UTF-8"},
          {"ASAN_OPTIONS", sanitizer_options()},
          {"GIT_AUTHOR_NAME", "hello"},
          {"GIT_AUTHOR_EMAIL", "hello@example.com"},
          {"GIT_COMMITTER_NAME", "hello"},
          {"GIT_COMMITTER_EMAIL", "hello@example.com"}};
}

Command Site::command(const Words& words) const {
  Command command{{divioctl_binary(), "-C", code().string()}, environment()};
  command.words.insert(command.words.end(), words.begin(), words.end());
  return command;
}

Ended Site::divioctl(const Words& words, const std::string& input) const {
  auto command = this->command(words);
  command.input = input;
  return run(command);
}

Ended Site::expect(int code, const Words& words, const std::string& input) const {
  auto ended = divioctl(words, input);
  REQUIRE_MESSAGE(ended.code == code, "divioctl " << join(words, " ") << "\n" << ended.text());
  return ended;
}

nlohmann::json Site::answer(Words words) const {
  // In front, because what follows "--" is not divioctl's.
  words.insert(words.begin(), {"--output", "json"});
  return expect(0, words).json();
}

std::string Site::visit(const std::string& path, const std::string& host) const { return tests::get(port(), host, path); }

int Site::visit_status(const std::string& path, const std::string& host) const { return tests::status_of(visit(path, host)); }

void Site::write(const std::string& name, const std::string& text) const {
  std::filesystem::create_directories((code() / name).parent_path());
  std::ofstream(code() / name, std::ios::binary) << text;
}

void Site::git(const Words& words) const {
  Command command{{"git", "-C", code().string(), "-c", "commit.gpgsign=false"}, environment()};
  command.words.insert(command.words.end(), words.begin(), words.end());
  const auto ended = run(command);
  REQUIRE_MESSAGE(ended.code == 0, ended.text());
}

void Site::commit(const std::string& subject) const {
  git({"add", "-A"});
  git({"commit", "-q", "-m", subject});
}

void Site::change_code(const std::string& text) const {
  write("changed", text);
  commit(text);
}

const std::string& Site::catalogue() const {
  if (catalogue_.empty() && std::filesystem::exists(home() / "catalogue.db")) {
    // Remembered, because a test may make the folder unreadable.
    if (const auto store = store::open_store(home())) catalogue_ = (*store)->catalogue_id();
  }
  return catalogue_;
}

std::string Site::containers() const {
  if (catalogue().empty()) return {};
  std::vector<std::string> names;
  for (const auto& container : must(engine_->containers().list(labels_of(catalogue()))))
    if (container.labels.at(std::string(model::label::role)) != model::role::ingress) names.push_back(container.name);
  std::ranges::sort(names);
  return join(names, " ");
}

std::string Site::belongings() const {
  if (catalogue().empty()) return {};
  std::vector<std::string> names;
  const auto labels = labels_of(catalogue());
  for (const auto& container : must(engine_->containers().list(labels)))
    if (container.labels.at(std::string(model::label::role)) == model::role::ingress) names.push_back("container " + container.name);
  for (const auto& network : must(engine_->networks().list(labels))) names.push_back("network " + network.name);
  for (const auto& volume : must(engine_->volumes().list(labels))) names.push_back("volume " + volume);
  for (const auto& image : must(engine_->images().list(labels)))
    for (const auto& name : image.names) names.push_back("image " + name);
  std::ranges::sort(names);
  return join(names, ", ");
}

// Asks nothing of the program under test, and goes on where something cannot be removed.
void Site::clear() const {
  if (catalogue().empty()) return;
  const auto labels = labels_of(catalogue());
  const auto each = [](auto found, auto remove) {
    if (!found) return;
    for (const auto& one : *found)
      if (const auto removed = remove(one); !removed) MESSAGE("left over: ", removed.error().message);
  };
  each(engine_->containers().list(labels), [&](const auto& container) { return engine_->containers().remove(container.id); });
  each(engine_->networks().list(labels), [&](const auto& network) { return engine_->networks().remove(network.name); });
  each(engine_->volumes().list({{std::string(model::label::record_of), catalogue()}}), [&](const auto& volume) { return engine_->volumes().remove(volume); });
  each(engine_->volumes().list(labels), [&](const auto& volume) { return engine_->volumes().remove(volume); });
  each(engine_->images().list(labels), [&](const auto& image) -> Result<void> {
    for (const auto& name : image.names)
      if (auto removed = engine_->images().remove(name); !removed) return removed;
    return image.names.empty() ? engine_->images().remove(image.id) : Result<void>{};
  });
}

std::unique_ptr<Running> deploy_slowly(const Site& site, const char* milliseconds) {
  site.expect(0, {"variable", "set", std::string("HELLO_START_DELAY_MS=") + milliseconds});
  auto deployment = std::make_unique<Running>(site.command({"deploy"}));
  REQUIRE(deployment->says("wait until"));
  return deployment;
}

}  // namespace divio::live
