// Logins to registries: what `docker login` left in the docker client's config.json, or gave to a program to keep. They
// are found as that client finds them, and never stored.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "divio/result.hpp"
#include "divio/secret.hpp"

namespace divio::engines {

struct RegistryLogin {
  std::string user;
  Secret password;
  Secret token = {};  // an identity token, instead of the two
};

// The registry that the name of an image says: "registry.example.com:5000" of "registry.example.com:5000/team/shop:1",
// "docker.io" of "postgres:15". Pure.
[[nodiscard]] std::string registry_of(std::string_view image);

// Where a registry's login is: in the file, with a program, or nowhere.
struct LoginPlace {
  std::optional<RegistryLogin> login;
  std::string program;  // "docker-credential-pass"
};

// What the text of `file` says. invalid: it makes no sense. Pure.
[[nodiscard]] Result<LoginPlace> find_login(std::string_view text, const std::string& file, const std::string& registry);

// What such a program is asked with, and what it answered; no login where it has none. `code` is its exit code. Pure.
[[nodiscard]] std::string question_for(const std::string& registry);
[[nodiscard]] Result<std::optional<RegistryLogin>> read_answer_of(const std::string& program, int code, const Secret& answer,
                                                                  const std::string& registry);

// The value of the header X-Registry-Auth. Without a login it says that there is none. Pure.
[[nodiscard]] Secret login_header(const std::optional<RegistryLogin>& login);

// Looks in config.json of the folder, and asks the program that it names. No folder or no file: no login.
[[nodiscard]] Result<std::optional<RegistryLogin>> look_up_login(const std::string& folder, const std::string& registry,
                                                                 const std::stop_token& stop);

}  // namespace divio::engines
