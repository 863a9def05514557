#include "engines/docker/registry_login.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "engines/docker/json.hpp"
#include "support/base64.hpp"
#include "support/try.hpp"
#include "system/files.hpp"
#include "system/process.hpp"

namespace divio::engines {
namespace {

using nlohmann::json;

constexpr const char* hub = "docker.io";
constexpr const char* hub_key = "https://index.docker.io/v1/";  // what the client has called it from the beginning
constexpr std::string_view token_user = "<token>";              // a program's word for a token in the password's place

std::string login_command(const std::string& registry) {
  return registry == hub ? "docker login" : "docker login " + registry;
}

// "https://registry.example.com/v1/" -> "registry.example.com", as the client reads keys of older versions of its own.
std::string_view host_in(std::string_view key) {
  for (const std::string_view scheme : {"https://", "http://"})
    if (key.starts_with(scheme)) key.remove_prefix(scheme.size());
  return key.substr(0, key.find('/'));
}

bool is_key_of(const std::string& key, const std::string& registry) {
  if (registry == hub) return key == hub_key || host_in(key) == "index.docker.io" || key == hub;
  return host_in(key) == registry;
}

const json& entry_of(const json& object, const std::string& registry) {
  static const json nothing;
  if (!object.is_object()) return nothing;
  if (const auto exact = object.find(question_for(registry)); exact != object.end()) return *exact;
  for (const auto& [key, entry] : object.items())
    if (is_key_of(key, registry)) return entry;
  return nothing;
}

// {"auth": base64 of "user:password"}, {"username", "password"} or {"identitytoken"}; nullopt where it makes no sense.
std::optional<RegistryLogin> read_login(const json& entry) {
  RegistryLogin login{text(entry, "username"), Secret(text(entry, "password")), Secret(text(entry, "identitytoken"))};
  const auto both = text(entry, "auth");
  if (both.empty()) return login;
  const Secret decoded(base64_decode(both).value_or(""));
  const auto colon = decoded.reveal().find(':');
  if (colon == std::string::npos) return std::nullopt;
  login.user = decoded.reveal().substr(0, colon);
  auto password = decoded.reveal().substr(colon + 1);
  password.erase(password.find_last_not_of('\0') + 1);
  login.password = Secret(std::move(password));
  return login;
}

bool is_empty(const RegistryLogin& login) { return login.user.empty() && login.token.empty(); }

}  // namespace

std::string registry_of(std::string_view image) {
  const auto slash = image.find('/');
  const auto first = image.substr(0, slash);
  const bool host = slash != std::string_view::npos && (first.find_first_of(".:") != std::string_view::npos || first == "localhost");
  return host ? std::string(first) : hub;
}

std::string question_for(const std::string& registry) { return registry == hub ? hub_key : registry; }

Result<LoginPlace> find_login(std::string_view text_of_file, const std::string& file, const std::string& registry) {
  const auto config = parse_or_null(text_of_file);
  if (!config.is_object())
    return fail(ErrorCode::invalid, fmt::format("{}, where logins to registries are, is not a JSON object", file),
                fmt::format("mend it, or move it away and log in again: {}", login_command(registry)));
  LoginPlace place;
  const auto& helper = entry_of(at(config, {"credHelpers"}), registry);
  auto keeper = helper.is_string() ? helper.get<std::string>() : text(config, "credsStore");
  if (!keeper.empty()) {
    place.program = "docker-credential-" + keeper;
    return place;
  }
  const auto& entry = entry_of(at(config, {"auths"}), registry);
  if (!entry.is_object()) return place;
  place.login = read_login(entry);
  if (!place.login)
    return fail(ErrorCode::invalid, fmt::format("the login to {} in {} cannot be read", registry, file),
                fmt::format("log in again: {}", login_command(registry)));
  if (is_empty(*place.login)) place.login.reset();
  return place;
}

Result<std::optional<RegistryLogin>> read_answer_of(const std::string& program, int code, const Secret& answer,
                                                    const std::string& registry) {
  using Found = std::optional<RegistryLogin>;
  const auto& said = answer.reveal();
  if (code != 0 && said.find("credentials not found") != std::string::npos) return Found();
  const auto object = code == 0 ? parse_or_null(said) : json();
  // What it said may hold the password, so it is not told.
  if (!object.is_object())
    return fail(ErrorCode::failed,
                fmt::format("{} does not give the login to {}: {}", program, registry,
                            code == 0 ? "its answer is not JSON" : fmt::format("exit code {}", code)),
                fmt::format("see what it says: echo {} | {} get", question_for(registry), program));
  RegistryLogin login{text(object, "Username"), Secret(text(object, "Secret"))};
  if (login.user == token_user) login = {"", {}, login.password};
  return is_empty(login) ? Found() : Found(std::move(login));
}

Secret login_header(const std::optional<RegistryLogin>& login) {
  json value = json::object();
  if (login && !login->token.empty()) value["identitytoken"] = login->token.reveal();
  if (login && login->token.empty()) value = {{"username", login->user}, {"password", login->password.reveal()}};
  const Secret plain(value.dump(-1, ' ', false, json::error_handler_t::replace));
  return Secret(base64_url(plain.reveal()));
}

namespace {

Result<std::optional<RegistryLogin>> ask(const std::string& program, const std::string& registry, const std::stop_token& stop) {
  std::string answer;
  const auto code = system::run({{program, "get"}, {}, {}}, [&](const auto& sink) { return sink(question_for(registry)); },
                                [&](std::string_view line) { (answer += line) += '\n'; }, stop);
  const Secret said(std::move(answer));
  if (!code && code.error().code == ErrorCode::not_found)
    return fail(ErrorCode::failed, fmt::format("{}, which keeps the login to {}, is not in PATH", program, registry),
                fmt::format("install it, or take it out of the docker client's config.json and log in again: {}",
                            login_command(registry)));
  if (!code) return Failure(code.error());
  return read_answer_of(program, *code, said, registry);
}

}  // namespace

Result<std::optional<RegistryLogin>> look_up_login(const std::string& folder, const std::string& registry,
                                                   const std::stop_token& stop) {
  if (folder.empty()) return std::nullopt;
  const auto file = folder + "/config.json";
  auto text = system::read_file(file);
  if (!text && text.error().code == ErrorCode::not_found) return std::nullopt;
  if (!text) return Failure(std::move(text).error());
  const Secret held(std::move(*text));
  DIVIO_TRY(place, find_login(held.reveal(), file, registry));
  if (place.program.empty()) return std::move(place.login);
  return ask(place.program, registry, stop);
}

}  // namespace divio::engines
