// For the benchmark: makes a server with two databases, and copies one into the other through this process.
//   service_copy ENDPOINT SERVER prepare   makes the server; prints the names of the databases `from` and `to`
//   service_copy ENDPOINT SERVER copy      streams `from` into `to`; prints the most memory this process had, in KiB
//   service_copy ENDPOINT SERVER remove
#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <span>

#include "engines/docker/docker.hpp"
#include "services/instance.hpp"
#include "support/try.hpp"
#include "system/clock.hpp"

namespace {

using namespace divio;

model::ServiceInstance instance(const char* project) {
  model::ServiceInstance made{{model::ProjectName::parse(project).value(), model::EnvironmentName::parse("live").value()},
                              model::ServicePrefix::parse("default").value(),
                              model::ServiceType::postgres};
  made.database = services::database_of("bench", made);
  return made;
}

Result<void> prepare(const services::Place& place, const services::Server& server) {
  DIVIO_CHECK(services::ensure_server(place, server));
  for (const auto* project : {"from", "to"}) {
    auto made = instance(project);
    DIVIO_TRY(login, services::new_login(made));
    made.role = login.role;
    made.password = login.password;
    DIVIO_CHECK(services::provision(place, server, made));
    std::cout << made.database << "\n";
  }
  return {};
}

Result<void> copy(const services::Place& place, const services::Server& server) {
  auto to = instance("to");
  DIVIO_TRY(login, services::new_login(to));
  to.role = login.role;  // whoever restores is the first login, by its name alone
  DIVIO_CHECK(services::restore(place, server, to, [&](const ports::ByteSink& sink) {
    return services::dump(place, server, instance("from"), sink);
  }));
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) std::cout << line.substr(6) << "\n";
  return {};
}

Result<void> run(std::span<char*> words) {
  const engines::Endpoint endpoint{words[1], {}};
  DIVIO_TRY(engine, engines::open_docker(endpoint, engines::BuildWith::best));
  const auto clock = system::make_system_clock();
  const services::Place place{*engine, *clock};
  services::Server server{model::ServiceType::postgres, "15", words[2]};
  server.password = Secret("bench");
  server.labels = {{"divio.bench", words[2]}};
  const std::string_view verb = words[3];
  if (verb == "prepare") return prepare(place, server);
  if (verb == "copy") return copy(place, server);
  return services::remove_server(place, server, services::Data::removed);
}

}  // namespace

int main(int count, char** words) {
  if (count != 4) return 2;
  const auto done = run({words, static_cast<std::size_t>(count)});
  if (!done) std::cerr << done.error().message << "\n" << done.error().hint << "\n";
  return done ? 0 : 1;
}
