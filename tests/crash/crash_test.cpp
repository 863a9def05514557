// divioctl killed after each of its journal records in turn: what served still serves, and the next command reaches what
// was wanted, with nothing left over.
#include <doctest/doctest.h>

#include <functional>

#include "crash/deaths.hpp"
#include "fakes/outcome.hpp"
#include "haproxy/visitor.hpp"
#include "support/text.hpp"

using namespace divio;
using namespace divio::live;

namespace {

struct Change {
  std::function<Words()> next;                                  // the command, after whatever it needs
  std::function<void(const nlohmann::json& status)> check_goal;
};

Site site_with_release_command() { return Site({.base = "debian:bookworm-slim"}); }

void write_project_file(const Site& site) {
  site.write("divio.yaml",
             "project: hello\nprocesses: {web: {health: {path: /healthz}}}\nrelease: [\"/hello print migrated\"]\n"
             "environments: {live: {branch: main}}\n");
  site.commit("a release command");
}

void check_nothing_left_over(const Site& site) {
  const auto status = site.answer({"status"});
  CAPTURE(status.dump());
  CHECK(status["state"] == "serving");
  CHECK(status["operation"] == "");
  std::vector<std::string> wanted;
  for (const auto& instance : status["instances"]) {
    CHECK(instance["release"] == status["release"]);
    wanted.push_back(instance["name"]);
  }
  CHECK(static_cast<int>(wanted.size()) == status["processes"]["web"]["wanted"]);
  CHECK(site.containers() == join(wanted, " "));
  // Of containers, networks and routes nothing is there that should not be, and nothing is missing.
  CHECK(site.answer({"reconcile", "--dry-run"})["outcomes"][0]["plan"].empty());
}

// False when the command came to its end before so many records.
bool survives(const Site& site, const Change& change, int records, Recovery recovery_by) {
  CAPTURE(records);
  CAPTURE(static_cast<int>(recovery_by));
  const auto words = change.next();
  const auto ended = die(site, words, records);
  REQUIRE_MESSAGE((ended.code == killed || ended.code == 0), ended.text());
  CHECK(site.visit_status() == 200);
  if (ended.code == killed) recover(site, words, recovery_by);
  change.check_goal(site.answer({"status"}));
  CHECK(site.visit_status() == 200);
  check_nothing_left_over(site);
  return ended.code == killed;
}

// In the ordinary run it dies after every fifth record, and the ways to recover take turns; the long one tries everything after
// every record.
// How many records the command writes at least.
int die_after_each_record(const Site& site, const Change& change) {
  const int step = is_long() ? 1 : 5;
  for (int records = 1;; records += step) {
    const bool odd = (records - 1) / step % 2 == 0;
    if (!survives(site, change, records, odd ? Recovery::resume : Recovery::same_again)) return records - step;
    if (is_long()) survives(site, change, records, odd ? Recovery::same_again : Recovery::resume);
  }
}

}  // namespace

TEST_CASE("a deployment killed after any journal record: what served still serves, and it can be finished") {
  const Site site = site_with_release_command();
  write_project_file(site);
  site.expect(0, {"deploy"});
  int code = 0;
  const auto next = [&]() -> Words {
    if (++code % 4 == 0 || is_long()) site.change_code("code " + std::to_string(code));  // an image has to be built
    site.expect(0, {"variable", "set", "HELLO_NAME=code" + std::to_string(code)});
    return {"deploy"};
  };
  const auto check = [&](const nlohmann::json&) { CHECK(tests::contains(site.visit(), "name=code" + std::to_string(code))); };
  CHECK(die_after_each_record(site, {next, check}) >= 19);
}

TEST_CASE("a scaling killed after any journal record: what served still serves, and it can be finished") {
  const Site site;
  site.expect(0, {"deploy"});
  int replicas = 1;
  const auto next_of = [&](int other) {
    return [&replicas, other]() -> Words {
      replicas = other;
      return {"scale", "web=" + std::to_string(other)};
    };
  };
  const auto check = [&](const nlohmann::json& status) { CHECK(status["processes"]["web"]["healthy"] == replicas); };
  SUBCASE("up") {
    const Change up{next_of(3), check};
    const auto down_first = [&]() -> Words {
      site.expect(0, {"scale", "web=1"});
      return up.next();
    };
    CHECK(die_after_each_record(site, {down_first, check}) >= 9);
  }
  SUBCASE("down") {
    const Change down{next_of(1), check};
    const auto up_first = [&]() -> Words {
      site.expect(0, {"scale", "web=3"});
      return down.next();
    };
    CHECK(die_after_each_record(site, {up_first, check}) >= 9);
  }
}

TEST_CASE("a rollback killed after any journal record: what served still serves, and it can be finished") {
  const Site site;
  site.expect(0, {"deploy"});
  site.expect(0, {"variable", "set", "HELLO_NAME=two"});
  site.expect(0, {"deploy"});
  int release = 2;
  const auto next = [&]() -> Words {
    release = 3 - release;
    return {"rollback", std::to_string(release)};
  };
  const auto check = [&](const nlohmann::json& status) { CHECK(status["release"] == release); };
  CHECK(die_after_each_record(site, {next, check}) >= 13);
}
