// divioctl as a library: what its command line does, another program does with the same functions.
//
//   embed-the-library HOME                          the projects of the catalogue in HOME
//   embed-the-library HOME status PROJECT ENV       how an environment is
//   embed-the-library HOME deploy FOLDER ENV        deploys the codebase in FOLDER
#include <divio/platform.hpp>
#include <iostream>
#include <string>
#include <variant>
#include <vector>

namespace {

int fail(const divio::Error& error) {
  std::cerr << error.message << "\n";
  if (!error.hint.empty()) std::cerr << error.hint << "\n";
  return divio::exit_code(error.code);
}

int list_projects(divio::Platform& platform) {
  const auto projects = platform.projects();
  if (!projects) return fail(projects.error());
  if (projects->empty()) std::cout << "no projects\n";
  for (const auto& project : *projects)
    for (const auto& environment : project.environments)
      std::cout << project.name << "/" << environment.name << ": release " << environment.release << "\n";
  return 0;
}

int show_status(divio::Platform& platform, const divio::Target& target) {
  const auto status = platform.status(target);
  if (!status) return fail(status.error());
  std::cout << status->project << "/" << status->environment << " is " << status->state << " at " << status->url
            << "\n";
  for (const auto& [name, process] : status->processes)
    std::cout << "  " << name << ": " << process.healthy << " of " << process.wanted << " are well\n";
  return 0;
}

// Events come from several threads, one at a time. Other kinds of event are left out here.
void tell(const divio::Event& event) {
  if (const auto* began = std::get_if<divio::StepBegan>(&event)) std::cerr << began->description << "\n";
}

int deploy(divio::Platform& platform, const divio::Target& target) {
  divio::CallOptions options;
  options.listener = tell;
  const auto outcome = platform.deploy(target, divio::DeployRequest{}, options);
  if (!outcome) return fail(outcome.error());
  std::cout << outcome->outcome << ": release " << outcome->release << " at " << outcome->url << "\n";
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<std::string> words(arguments + 1, arguments + count);
  if (words.empty()) {
    std::cerr << "usage: embed-the-library HOME [status PROJECT ENV | deploy FOLDER ENV]\n";
    return divio::exit_code(divio::ErrorCode::invalid);
  }
  // The engine and the port are the environment's; the catalogue is the one that was named.
  auto settings = divio::settings_from_environment();
  if (!settings) return fail(settings.error());
  settings->home = words[0];
  auto platform = divio::Platform::open(*settings);
  if (!platform) return fail(platform.error());

  if (words.size() != 4) return list_projects(*platform);
  divio::Target target;
  target.environment = words[3];
  if (words[1] == "deploy") {
    target.directory = words[2];
    return deploy(*platform, target);
  }
  target.project = words[2];
  return show_status(*platform, target);
}
