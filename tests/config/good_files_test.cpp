#include "config/parse.hpp"

using namespace divio;
using namespace divio::config;
using namespace std::chrono_literals;

namespace {

constexpr auto complete = R"(
project: shop
application: webshop
build: {dockerfile: docker/Dockerfile, target: production, arguments: {PYTHON: 3.10, EMPTY: }}
processes:
  worker: {command: [python, worker.py], stop_grace: 2m}
  web:
    command: exec gunicorn shop.wsgi
    port: 8000
    replicas: 2
    health: {path: /healthz, interval: 500ms, timeout: 1s, start_timeout: 2m}
    resources: {memory: 256Mi, cpu: 0.25}
    stop_grace: 0s
    drain_timeout: 1m
release: ["python3 manage.py migrate --noinput", "echo done"]
volumes: {media: /data//media/, data: /data}
variables: {SITE_NAME: Shop, DEBUG: yes, VERSION: 3.10, QUOTED: "null", NOTHING: null}
environments:
  test: {branch: develop}
  live:
    branch: main
    region: eu
    domains: [Shop.example.COM, www.shop.example.com]
    processes: {web: {replicas: 3}, worker: {replicas: 0}}
    variables: {SITE_NAME: Live shop}
)";

void check_processes(const std::vector<model::Process>& processes) {
  REQUIRE(processes.size() == 2);
  const auto& web = processes[0];
  CHECK(web.name == process("web"));
  CHECK(web.command == std::vector<std::string>{"/bin/sh", "-c", "exec gunicorn shop.wsgi"});
  CHECK(web.port == 8000);
  CHECK(web.replicas == 2);
  CHECK(web.health == model::HealthCheck{"/healthz", 500ms, 1s, 120s});
  CHECK(web.resources == model::Resources{256ULL << 20, 250});
  CHECK(web.stop_grace == 0s);
  CHECK(web.drain_timeout == 60s);
  const auto& worker = processes[1];
  CHECK(worker.name == process("worker"));
  CHECK(worker.command == std::vector<std::string>{"python", "worker.py"});
  CHECK_FALSE(worker.port);
  CHECK(worker.stop_grace == 120s);
}

}  // namespace

TEST_CASE("a complete file gives every value it says") {
  const auto file = parse_good(complete);
  CHECK(file.project.str() == "shop");
  CHECK(file.application == "webshop");
  CHECK(file.build == model::BuildSettings{"docker/Dockerfile", "production", {{"EMPTY", ""}, {"PYTHON", "3.10"}}});
  check_processes(file.processes);
  CHECK(file.release_commands == std::vector<std::string>{"python3 manage.py migrate --noinput", "echo done"});
  CHECK(file.volumes == std::vector<model::Mount>{{"data", "/data"}, {"media", "/data/media"}});
  CHECK(file.variables ==
        std::map<std::string, std::string>{
            {"SITE_NAME", "Shop"}, {"DEBUG", "yes"}, {"VERSION", "3.10"}, {"QUOTED", "null"}, {"NOTHING", ""}});
  CHECK(file.environments.size() == 2);
  CHECK(file.environments.at(environment("test")) == model::EnvironmentFile{"develop", std::nullopt, {}, {}, {}});
  CHECK(file.environments.at(environment("live")) ==
        model::EnvironmentFile{"main",
                               model::RegionName::parse("eu").value(),
                               {"shop.example.com", "www.shop.example.com"},
                               {{process("web"), 3}, {process("worker"), 0}},
                               {{"SITE_NAME", "Live shop"}}});
}

TEST_CASE("an empty file, and keys with nothing after them, mean every default") {
  const auto defaults = default_project_file("shop");
  for (const auto* empty : {"", "\n\n", "# only a comment\n", "---\n", "{}", "null", "\xEF\xBB\xBF",
                            "processes:\nenvironments:\nvolumes:\nvariables:\nrelease:\nbuild:\nservices:\nproject:\n",
                            "processes: {}\nservices: {}", "processes:\n  web:\n", "environments:\n  live:\n",
                            "processes: {web: {port: , health: {path: ~}, replicas: null}}"})
    CHECK_MESSAGE(parse_good(empty) == defaults, empty);
}

TEST_CASE("a codebase without a project file has one web without a port, test and live") {
  const auto file = default_project_file("My Shop!");
  CHECK(file.project.str() == "my-shop");
  CHECK(file.application.empty());
  CHECK(file.build == model::BuildSettings{});
  REQUIRE(file.processes.size() == 1);
  CHECK(file.processes[0].name == process("web"));
  CHECK_FALSE(file.processes[0].port);
  CHECK(file.processes[0].replicas == 1);
  CHECK(file.processes[0].command.empty());
  CHECK(file.processes[0].resources == model::Resources{});
  REQUIRE(file.environments.size() == 2);
  CHECK(file.environments.at(environment("live")) == model::EnvironmentFile{});
  CHECK(file.environments.at(environment("test")) == model::EnvironmentFile{});
}

TEST_CASE("any folder name gives a valid project name") {
  CHECK(default_project_file("").project.str() == "app");
  CHECK(default_project_file("...").project.str() == "app");
  CHECK(default_project_file("\xC3\x89tude").project.str() == "tude");
  CHECK(default_project_file(std::string(300, 'x')).project.str() == std::string(40, 'x'));
}

TEST_CASE("a service has what its type says where the file says nothing") {
  const auto file = parse_good(
      "services:\n  media: media\n  default: {type: postgres}\n  cache: {type: redis, resources: {memory: 64Mi, cpu: 0.5}}\n"
      "  old: {type: mariadb, version: \"11.4\", scope: dedicated}\n  files: {type: media, mount: /srv/files/}\n");
  const auto prefix = [](const char* text) { return model::ServicePrefix::parse(text).value(); };
  const std::vector<model::ServiceSpec> wanted{
      {prefix("cache"), model::ServiceType::redis, "7", model::Scope::dedicated, "", {64U << 20U, 500}},
      {prefix("default"), model::ServiceType::postgres, "15", model::Scope::shared, "", {}},
      {prefix("files"), model::ServiceType::media, "", model::Scope::dedicated, "/srv/files", {}},
      {prefix("media"), model::ServiceType::media, "", model::Scope::dedicated, "/data/media", {}},
      {prefix("old"), model::ServiceType::mariadb, "11.4", model::Scope::dedicated, "", {}}};
  CHECK(file.services == wanted);
  CHECK(parse_good("services: {default: postgres}") == parse_good("services: {default: {type: postgres}}"));
}

TEST_CASE("short and long forms mean the same") {
  CHECK(parse_good("processes: {web: {health: /up}}") == parse_good("processes: {web: {health: {path: /up}}}"));
  CHECK(parse_good("processes: {web: {command: a b}}") ==
        parse_good("processes: {web: {command: [/bin/sh, -c, a b]}}"));
  CHECK(parse_good("processes: {web: {replicas: \"2\"}}") == parse_good("processes: {web: {replicas: 2}}"));
  CHECK(parse_good("project: shop\r\nvariables:\r\n  A: b\r\n") == parse_good("project: shop\nvariables:\n  A: b\n"));
  CHECK(parse_good(R"({"project": "shop", "variables": {"A": "b"}})") == parse_good("variables: {A: b}"));
}

TEST_CASE("a file that lists only a worker has no web") {
  const auto file = parse_good("processes: {worker: {command: [work]}}");
  REQUIRE(file.processes.size() == 1);
  CHECK(file.processes[0].name == process("worker"));
}

TEST_CASE("anchors, aliases and merge keys repeat what they name") {
  const auto file = parse_good(R"(
processes:
  web: &base {replicas: 3, resources: {memory: 64Mi}}
  worker: {<<: *base, replicas: 1}
  clock: *base
)");
  REQUIRE(file.processes.size() == 3);
  CHECK(file.processes[0].replicas == 3);
  CHECK(file.processes[2].name == process("worker"));
  CHECK(file.processes[2].replicas == 1);
  CHECK(file.processes[2].resources.memory_bytes == 64ULL << 20);
}

TEST_CASE("texts keep what they are written as") {
  const auto file = parse_good("variables: {A: 0010, B: 1e3, C: \"a\\nb\", D: 'it''s', E: \"\", F: !!str 5}\n");
  CHECK(file.variables == std::map<std::string, std::string>{
                              {"A", "0010"}, {"B", "1e3"}, {"C", "a\nb"}, {"D", "it's"}, {"E", ""}, {"F", "5"}});
}
