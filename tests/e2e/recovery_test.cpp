// A lost catalogue, rebuilt from what a real engine keeps, with the real program.
#include <doctest/doctest.h>

#include <filesystem>

#include "e2e/site.hpp"
#include "fakes/outcome.hpp"
#include "model/labels.hpp"

using namespace divio;
using namespace divio::live;
using tests::contains;
using tests::must;

namespace {

constexpr const char* project_file =
    "project: hello\n"
    "processes:\n  web: {port: 8000, health: {path: /healthz}}\n"
    "release:\n  - psql \"$DATABASE_URL\" -c 'create table if not exists visits (name text)'\n"
    "services:\n  default: postgres\n  media: {type: media, mount: /data/media}\n"
    "environments:\n  live: {branch: main}\n";

std::string query(const Site& site, const std::string& sql) {
  return site.expect(0, {"exec", "web", "--", "sh", "-c", "psql -At \"$DATABASE_URL\" -c \"$0\"", sql}).out;
}

// The folder of the catalogue goes elsewhere; gives where its key is then.
std::string lose_catalogue(const Site& site, const std::string& name) {
  CHECK(!site.catalogue().empty());  // remembered for the clean-up
  const auto lost = site.home().parent_path() / name;
  std::filesystem::rename(site.home(), lost);
  return (lost / "key").string();
}

std::size_t records(const Site& site) {
  return must(site.engine().volumes().list({{std::string(model::label::record_of), site.catalogue()}})).size();
}

}  // namespace

TEST_CASE("a lost catalogue is rebuilt from its engine: services, secrets and releases, and nothing is restarted") {
  const Site site({.base = "postgres:15", .port = 18340});
  site.write("divio.yaml", project_file);
  site.commit("services");
  site.expect(0, {"deploy"});
  site.expect(0, {"variable", "set", "--secret", "API_KEY"}, "hunter2\n");
  site.expect(0, {"deploy"});
  query(site, "insert into visits values ('first')");
  const auto containers = site.containers();
  const auto key = lose_catalogue(site, "lost");

  CHECK(contains(site.expect(5, {"deploy"}).err, "divioctl region import local"));
  CHECK(contains(site.expect(5, {"region", "import", "local", "--catalogue", site.catalogue()}).err, "--key-file"));
  const auto imported = site.answer({"region", "import", "local", "--key-file", key});
  CHECK(imported["environments"][0]["environment"] == "hello/live");
  CHECK(imported["environments"][0]["lost"].empty());
  CHECK(site.expect(0, {"variable", "get", "API_KEY", "--reveal"}).out == "hunter2\n");
  const auto status = site.answer({"status"});
  CHECK(status["release"] == 2);
  CHECK(status["services"][0]["health"] == "serving");
  CHECK(site.answer({"deploy"})["outcome"] == "unchanged");
  CHECK(site.containers() == containers);
  site.expect(0, {"service", "rotate", "default"});
  CHECK(query(site, "select name from visits") == "first\n");
  site.expect(0, {"rollback"});
  CHECK(site.divioctl({"exec", "web", "--", "printenv", "API_KEY"}).code == 1);
  CHECK(records(site) == 1);
  site.expect(0, {"destroy", "--yes"});
  CHECK(records(site) == 0);
}

TEST_CASE("two catalogues on one engine: one is refused, adopts with consent, and the other is refused then") {
  const Site site({.port = 18340});
  site.expect(0, {"deploy"});
  lose_catalogue(site, "annas");
  CHECK(contains(site.expect(0, {"region", "show", "local"}).out, "hello/live (" + site.catalogue() + ")"));
  CHECK(contains(site.expect(5, {"deploy"}).err, "belongs to another catalogue"));
  CHECK(contains(site.expect(5, {"region", "import", "local", "--catalogue", site.catalogue(), "--adopt"}).err, "--yes"));
  const auto planned = site.answer({"region", "import", "local", "--catalogue", site.catalogue(), "--adopt", "--dry-run"});
  CHECK(planned["outcome"] == "planned");
  CHECK(planned["environments"][0]["lost"][0] == "SECRET_KEY");
  const auto before = site.containers();
  CHECK(site.answer({"region", "import", "local", "--catalogue", site.catalogue(), "--adopt", "--yes"})["outcome"] == "imported");
  CHECK(site.containers() == before);
  CHECK(site.visit_status() == 200);
  CHECK(site.answer({"deploy"})["release"] == 2);  // with a SECRET_KEY of its own
  const auto key = lose_catalogue(site, "bens");
  std::filesystem::rename(site.home().parent_path() / "annas", site.home());
  CHECK(contains(site.expect(5, {"scale", "web=2"}).err, "was taken over by"));
  CHECK(site.answer({"region", "import", "local", "--key-file", key})["environments"][0]["action"] == "replace");
  CHECK(site.answer({"status"})["release"] == 2);
  site.expect(0, {"scale", "web=2"});
}

TEST_CASE("two catalogues at once: whoever comes second is told who deploys, or waits, and finds what the first one has made") {
  const Site anna({.port = 18340});
  const Site ben({.port = 18341});
  anna.expect(0, {"deploy"});
  const Words take_over{"region", "import", "local", "--adopt", "--yes"};
  const auto deployment = deploy_slowly(anna, "20000");
  const std::string operation = anna.answer({"status"})["operation"];
  auto refused = ben.expect(5, {"deploy", "--lock-wait", "60s"});
  CHECK_MESSAGE(contains(refused.err, "belongs to another catalogue (" + anna.catalogue() + ")"), refused.text());
  refused = ben.expect(4, take_over);
  CHECK_MESSAGE(contains(refused.err, operation), refused.text());
  CHECK(contains(refused.err, "--lock-wait"));
  CHECK(ben.containers() + ben.belongings() == "");

  auto patient = take_over;
  patient.insert(patient.end(), {"--lock-wait", "60s"});
  const auto waited = ben.expect(0, patient);
  CHECK_MESSAGE(contains(waited.err, "waiting: hello-live is being changed by"), waited.text());
  const auto ended = deployment->wait();
  CHECK_MESSAGE(ended.code == 0, ended.text());
  CHECK(ben.answer({"status"})["release"] == 2);
  CHECK(contains(anna.expect(5, {"scale", "web=2"}).err, "was taken over by"));
  CHECK(anna.visit_status() == 200);
}

TEST_CASE("two catalogues that deploy the same for the first time at once: the second is told who, or waits and is refused then") {
  const SiteOptions options{.base = "debian:bookworm-slim", .port = 18340};
  const Site anna(options);
  const Site ben(options);
  anna.write("Dockerfile", file_text(anna.code() / "Dockerfile") + "RUN sleep 5; : " + anna.home().string() + "\n");  // not one that was built before
  anna.commit("Slow to build");
  Running deployment(anna.command({"deploy"}));
  REQUIRE(deployment.says("sleep 5"));
  auto refused = ben.expect(4, {"deploy"});
  CHECK_MESSAGE(contains(refused.err, "hello-live is being changed by"), refused.text());
  CHECK(contains(refused.err, "--lock-wait"));
  refused = ben.expect(5, {"deploy", "--lock-wait", "60s"});
  CHECK_MESSAGE(contains(refused.err, "waiting: hello-live is being changed by"), refused.text());
  CHECK(contains(refused.err, "belongs to another catalogue (" + anna.catalogue() + ")"));
  CHECK(ben.containers() + ben.belongings() == "");
  const auto ended = deployment.wait();
  CHECK_MESSAGE(ended.code == 0, ended.text());
  CHECK(anna.answer({"deploy"})["outcome"] == "unchanged");
}
