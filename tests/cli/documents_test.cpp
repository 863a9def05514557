// What is written about the command line is what it does: docs/commands.md, docs/json.md, man pages.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "cli/command.hpp"
#include "cli/man.hpp"
#include "cli/reference.hpp"
#include "program.hpp"
#include "wire/events_json.hpp"
#include "wire/views_json.hpp"

using namespace divio;

namespace {

using Paths = std::set<std::string>;

// Every leaf: "stages[].title". Members of `processes`, `variables` and `labels` are names, not fields.
void collect(const nlohmann::json& json, const std::string& path, Paths& paths) {
  if (json.is_object()) {
    for (const auto& [key, value] : json.items()) {
      const auto name = path == "processes" || path == "variables" || path.ends_with("labels") ? "NAME" : key;
      collect(value, path.empty() ? name : path + "." + name, paths);
    }
  } else if (json.is_array()) {
    for (const auto& value : json) collect(value, path + "[]", paths);
    REQUIRE_MESSAGE(!json.empty(), path);
  } else {
    paths.insert(path);
  }
}

Paths paths_of(const std::string& text) {
  Paths paths;
  collect(nlohmann::json::parse(text), "", paths);
  return paths;
}

std::map<std::string, Paths> documented() {
  std::map<std::string, Paths> sections;
  std::istringstream text(test::file_text(DIVIO_SOURCE_DIR "/docs/json.md"));
  std::string heading;
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with("## ")) heading = line.substr(3);
    if (line.starts_with("| `")) sections[heading].insert(line.substr(3, line.find('`', 3) - 3));
  }
  return sections;
}

PlanMade plan() { return {"01op", {{"Start", {{"s1", "start web-1"}}}}}; }
Error error() { return {ErrorCode::failed, "m", "h", "w"}; }

std::string answer(const std::string& line) {
  const auto ended = test::shell(line);
  CAPTURE(ended.err);
  REQUIRE(ended.code == 0);
  return ended.out.substr(0, ended.out.find('\n'));
}

std::map<std::string, Paths> produced() {
  StatusView status;
  status.dns = {{"shop.example.com", "192.0.2.2", "192.0.2.1", false}};
  status.domains = {"shop.example.com"};
  status.processes["web"] = {};
  status.instances.resize(1);
  status.problems = {"p"};
  status.services.resize(1);
  status.services[0].variables = {"DATABASE_URL"};
  BackupView backup;
  backup.services.resize(1);
  backup.differences = {"d"};
  RolloutOutcome outcome;
  outcome.plan = plan();
  ProjectView project;
  project.environments.resize(1);
  OperationDetails details;
  details.records.resize(1);
  return {{"error", paths_of(wire::to_json(error()))},
          {"event plan", paths_of(wire::to_json(Event{plan()}))},
          {"event step-began", paths_of(wire::to_json(Event{StepBegan{}}))},
          {"event step-moved", paths_of(wire::to_json(Event{StepMoved{}}))},
          {"event step-ended", paths_of(wire::to_json(Event{StepEnded{"s", 1, error(), ""}}))},
          {"event line", paths_of(wire::to_json(Event{Line{}}))},
          {"event notice", paths_of(wire::to_json(Event{Notice{}}))},
          {"deploy, scale, rollback, restart, stop, start, destroy, operation resume", paths_of(wire::to_json(outcome))},
          {"reconcile", paths_of(wire::to_json(std::vector{outcome}))},
          {"build", paths_of(wire::to_json(BuildOutcome{}))},
          {"status", paths_of(wire::to_json(status))},
          {"releases", paths_of(wire::to_json(std::vector<ReleaseView>(1)))},
          {"project list", paths_of(wire::to_json(std::vector{project}))},
          {"project show", paths_of(wire::to_json(project))},
          {"operation list", paths_of(wire::to_json(std::vector<OperationView>(1)))},
          {"operation show", paths_of(wire::to_json(details))},
          {"doctor", paths_of(wire::to_json(std::vector<Finding>(1)))},
          {"variable list", paths_of(wire::to_json(std::vector<VariableView>(1)))},
          {"variable get", paths_of(answer("divioctl variable get SITE_NAME -o json"))},
          {"variable set", paths_of(answer("divioctl variable set A=1 -o json"))},
          {"variable unset", paths_of(answer("divioctl variable unset A -o json"))},
          {"logs", paths_of(answer("divioctl logs -o json"))},
          {"service list", paths_of(wire::to_json(status.services))},
          {"service show, add, publish, unpublish", paths_of(answer("divioctl service show default -o json"))},
          {"data pull", paths_of(wire::to_json(DumpView{}))},
          {"backup create, show, verify", paths_of(wire::to_json(backup))},
          {"backup list, run", paths_of(wire::to_json(BackupListView{{backup}, {"/mnt/backups"}}))},
          {"backup download", paths_of(answer("divioctl backup download -o json"))},
          {"backup delete", paths_of(answer("divioctl backup delete 20261123-030000-4f2a --yes -o json"))},
          {"backup schedule", paths_of(answer("divioctl backup schedule -o json"))},
          {"backup store", paths_of(answer("divioctl backup store -o json"))},
          {"backup key", paths_of(answer("divioctl backup key -o json"))},
          {"schedule install, remove", paths_of(answer("divioctl schedule install --dry-run -o json"))},
          {"service credentials", paths_of(answer("divioctl service credentials default -o json"))},
          {"media list", paths_of(answer("divioctl media list -o json"))},
          {"media push, pull", paths_of(answer("divioctl media push ./files --delete --dry-run -o json"))},
          {"region list", paths_of(answer("divioctl region list -o json"))},
          {"region show, add, set, drain", paths_of(answer("divioctl region show eu -o json"))},
          {"region check", paths_of(answer("divioctl region check eu -o json"))},
          {"region apply", paths_of(answer("divioctl region apply regions.yaml -o json"))},
          {"region import", paths_of(answer("divioctl region import eu --adopt --yes -o json"))},
          {"region remove", paths_of(answer("divioctl region remove eu -o json"))},
          {"migrate plan", paths_of(test::shell("divioctl migrate plan --to us -o json").out)},
          {"migrate plan, of several environments", paths_of(test::shell("divioctl migrate plan --to us --application webshop -o json").out)},
          {"migrate rehearse", paths_of(answer("divioctl migrate rehearse --to ch -o json"))},
          {"migrate start, show, cutover, reverse, abort, resume, finalize", paths_of(answer("divioctl migrate show -o json"))},
          {"migrate list", paths_of(answer("divioctl migrate list -o json"))},
          {"init", paths_of(answer("divioctl init -o json"))},
          {"version", paths_of(answer("divioctl version -o json"))}};
}

}  // namespace

TEST_CASE("docs/commands.md is what `divioctl docs` prints") {
  CHECK_MESSAGE(test::file_text(DIVIO_SOURCE_DIR "/docs/commands.md") == cli::reference(),
                "write it anew: divioctl docs > docs/commands.md");
}

TEST_CASE("docs/json.md names every field of every answer, and no other") {
  const auto said = documented();
  const auto done = produced();
  for (const auto& [heading, paths] : done) {
    CAPTURE(heading);
    REQUIRE(said.contains(heading));
    CHECK(said.at(heading) == paths);
  }
  CHECK(said.size() == done.size());
}

TEST_CASE("every command has a man page of its own, and the first one names them all") {
  const auto pages = cli::man_pages();
  for (const auto& command : cli::commands()) {
    if (command.hidden) continue;
    auto name = "divioctl-" + std::string(command.name);
    std::ranges::replace(name, ' ', '-');
    const auto page = std::ranges::find(pages, name + ".1", &cli::ManPage::file);
    REQUIRE(page != pages.end());
    CHECK(page->text.starts_with(".TH DIVIOCTL\\-"));
    CHECK(pages.front().text.find(name.replace(name.find('-'), 1, "\\-").substr(0, 12)) != std::string::npos);
  }
}

TEST_CASE("man pages are written into a folder, and hold no line that roff would take for a request") {
  const test::Folder folder;
  const auto ended = test::shell("divioctl man " + folder.path().string());
  CHECK(ended.code == 0);
  for (const auto& page : cli::man_pages()) {
    CHECK(test::file_text(folder.path() / page.file) == page.text);
    std::istringstream lines(page.text);
    for (std::string line; std::getline(lines, line);) {
      CAPTURE(line);
      CHECK_FALSE(line.starts_with("'"));
      if (line.starts_with(".")) CHECK(std::set<std::string>{".TH", ".SH", ".PP", ".TP", ".BR"}.contains(line.substr(0, 3)));
    }
  }
  CHECK(test::shell("divioctl man /nowhere/at/all").code == 1);
}
