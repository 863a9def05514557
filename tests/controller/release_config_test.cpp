#include "controller/release_config.hpp"

#include <doctest/doctest.h>

using namespace divio;
using namespace divio::controller;

namespace {

model::EnvironmentKey key(const char* environment) {
  return {*model::ProjectName::parse("shop"), *model::EnvironmentName::parse(environment)};
}

model::ProjectFile file() {
  return {.project = *model::ProjectName::parse("shop"), .processes = {{.name = *model::ProcessName::parse("web")}}};
}

Result<model::ReleaseConfig> config(const model::ProjectFile& project_file, const model::Variables& variables,
                                    std::vector<int> exposed, const char* environment = "live") {
  return release_config({key(environment), project_file, variables, Secret("key"), "main", std::move(exposed)});
}

}  // namespace

TEST_CASE("live is found at the project's name, others with theirs behind it, domains come first") {
  CHECK(own_host(key("live")) == "shop.localhost");
  CHECK(own_host(key("test")) == "shop-test.localhost");
  auto with_domains = file();
  with_domains.environments[*model::EnvironmentName::parse("live")].domains = {"shop.example.com", "www.example.com"};
  const auto made = config(with_domains, {}, {8000}).value();
  CHECK(made.hosts == std::vector<std::string>{"shop.example.com", "www.example.com", "shop.localhost"});
  CHECK(made.variables.at("DOMAIN").value.reveal() == "shop.example.com");
  CHECK(made.variables.at("DOMAIN_ALIASES").value.reveal() == "www.example.com,shop.localhost");
}

TEST_CASE("web's port: its own, else PORT, else the only one that the image exposes") {
  auto own = file();
  own.processes[0].port = 9000;
  CHECK(config(own, {{"PORT", {Secret("80"), false}}}, {8000})->processes[0].port == 9000);
  CHECK(config(file(), {{"PORT", {Secret("80"), false}}}, {8000})->processes[0].port == 80);
  CHECK(config(file(), {}, {8000})->processes[0].port == 8000);
  CHECK(config(file(), {}, {}).error().message == "it is not known on which port web listens");
  CHECK(config(file(), {}, {80, 443}).error().message.find("2 ports") != std::string::npos);
}

TEST_CASE("a user's variable stands above the environment's, the project's and the system's") {
  auto project_file = file();
  project_file.variables = {{"A", "project"}, {"B", "project"}, {"STAGE", "project"}};
  project_file.environments[*model::EnvironmentName::parse("live")].variables = {{"B", "environment"}, {"C", "environment"}};
  const auto made = config(project_file, {{"C", {Secret("user"), true}}}, {8000}).value();
  CHECK(made.variables.at("A").value.reveal() == "project");
  CHECK(made.variables.at("B").value.reveal() == "environment");
  CHECK(made.variables.at("C").value.reveal() == "user");
  CHECK(made.variables.at("STAGE").value.reveal() == "project");
  CHECK(made.variables.at("GIT_BRANCH").value.reveal() == "main");
  CHECK(made.variables.at("SECRET_KEY").secret);
}
