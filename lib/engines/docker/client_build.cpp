#include <fmt/format.h>

#include <charconv>

#include "engines/docker/builds.hpp"
#include "engines/docker/errors.hpp"
#include "support/text.hpp"
#include "support/try.hpp"
#include "system/process.hpp"

namespace divio::engines {
namespace {

system::Command client_command(std::vector<std::string> arguments, const Endpoint& endpoint) {
  system::Command command{std::move(arguments), {}, {}};
  command.environment = {{"DOCKER_HOST", endpoint.address},
                         {"DOCKER_BUILDKIT", "1"},
                         {"BUILDX_BUILDER", "default"},  // the engine's own, so that the image ends up there
                         {"DOCKER_CLI_HINTS", "false"},
                         {"DOCKER_TLS_VERIFY", ""}};  // what is set for another endpoint does not count for this one
  if (!endpoint.certificates.empty()) {
    command.environment["DOCKER_TLS_VERIFY"] = "1";
    command.environment["DOCKER_CERT_PATH"] = endpoint.certificates;
  }
  return command;
}

bool says_unreachable(std::string_view line) {
  return line.find("Cannot connect to the Docker daemon") != std::string_view::npos ||
         line.find("error during connect") != std::string_view::npos ||
         line.find("failed to dial") != std::string_view::npos ||
         line.find("code = Unavailable") != std::string_view::npos;
}

// The line of a plain BuildKit log that says why it failed is the last one ("executor failed running ...", or "ERROR:
// ...").
std::string cause_of(std::string_view line) {
  for (const std::string_view prefix : {"ERROR: ", "error: "})
    if (line.starts_with(prefix)) line.remove_prefix(prefix.size());
  return std::string(trim(line));
}

Failure failed_build(const ports::BuildSpec& spec, std::string_view last, const LastLines& lines) {
  if (says_unreachable(last))
    return fail(ErrorCode::unreachable, fmt::format("the Docker engine broke off the build of '{}'", spec.name),
                "see whether it still runs (docker info), then run the command again");
  auto error = engine_error(0, cause_of(last), fmt::format("build image '{}'", spec.name));
  error.code = ErrorCode::failed;
  if (error.hint.empty()) error.hint = lines.hint();
  return Failure(std::move(error));
}

}  // namespace

std::vector<std::string> client_arguments(const std::string& program, const ports::BuildSpec& spec) {
  std::vector<std::string> arguments{program, "build",   "--progress", "plain",
                                     "--tag", spec.name, "--file",     spec.settings.dockerfile};
  for (const auto& [name, value] : spec.labels)
    arguments.insert(arguments.end(), {"--label", fmt::format("{}={}", name, value)});
  for (const auto& [name, value] : spec.settings.arguments)
    arguments.insert(arguments.end(), {"--build-arg", fmt::format("{}={}", name, value)});
  if (!spec.settings.target.empty()) arguments.insert(arguments.end(), {"--target", spec.settings.target});
  arguments.emplace_back("-");
  return arguments;
}

Result<void> build_with_client(const std::string& program, const Endpoint& endpoint, const ports::BuildSpec& spec,
                               const LineSink& line, const std::stop_token& stop) {
  LastLines lines;
  std::string last;
  const auto say = [&](std::string_view text) {
    if (!trim(text).empty()) last = text;
    lines.add(text);
    if (line) line(text);
  };
  auto code = system::run(client_command(client_arguments(program, spec), endpoint), spec.context, say, stop);
  if (!code && code.error().code == ErrorCode::cancelled)
    return fail(ErrorCode::cancelled, fmt::format("cancelled: build image '{}'", spec.name));
  if (!code) return Failure(std::move(code).error());
  if (*code == 0) return {};
  return failed_build(spec, last, lines);
}

ClientBuildKit buildkit_of_client(std::string_view version) {
  constexpr std::string_view prefix = "Docker version ";
  if (!version.starts_with(prefix)) return ClientBuildKit::none;  // Podman's stand-in for the client, or something else
  version.remove_prefix(prefix.size());
  int major = 0;
  int minor = 0;
  const auto* end = version.data() + version.size();
  const auto [dot, error] = std::from_chars(version.data(), end, major);
  if (error != std::errc{} || dot == end || *dot != '.') return ClientBuildKit::none;
  std::from_chars(dot + 1, end, minor);
  if (major >= 23) return ClientBuildKit::plugin;
  return major > 18 || (major == 18 && minor >= 9) ? ClientBuildKit::built_in : ClientBuildKit::none;
}

std::optional<std::string> find_buildkit_client() {
  for (const auto& program : system::find_programs("docker")) {
    // Nobody is asked for these, but a client may refuse to do anything where it does not understand the endpoint.
    const std::map<std::string, std::string> environment{{"DOCKER_HOST", std::string(default_docker_address)},
                                                         {"DOCKER_TLS_VERIFY", ""}};
    std::string version;
    const auto first_line = [&](std::string_view line) {
      if (version.empty()) version = line;
    };
    if (system::run({{program, "--version"}, environment, {}}, {}, first_line).value_or(1) != 0) continue;
    const auto kind = buildkit_of_client(version);
    if (kind == ClientBuildKit::built_in) return program;
    if (kind == ClientBuildKit::plugin &&
        system::run({{program, "buildx", "version"}, environment, {}}, {}, [](std::string_view) {}).value_or(1) == 0)
      return program;
  }
  return std::nullopt;
}

}  // namespace divio::engines
