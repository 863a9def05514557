// Names of projects, environments and processes: DNS labels (RFC 1035, as relaxed by RFC 1123), because they become
// host names, container names and network names.
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "divio/result.hpp"

namespace divio::model {

// Checks that `text` is 1 to 40 of a-z, 0-9 and '-', neither beginning nor ending with '-'. `noun` names it in the error
// ("project name"). 40 leaves room for what is derived from it within the 63 that DNS allows.
[[nodiscard]] Result<void> check_dns_label(std::string_view text, std::string_view noun);

// The nearest valid label to `text`, for hints and for a project's name taken from its folder; "app" if nothing is left.
[[nodiscard]] std::string to_dns_label(std::string_view text);

// A checked name. Tag tells kinds of names apart and gives the noun for errors.
template <class Tag>
class Name {
 public:
  [[nodiscard]] static Result<Name> parse(std::string_view text) {
    if (auto checked = check_dns_label(text, Tag::noun); !checked) return Failure(std::move(checked).error());
    return Name(std::string(text));
  }
  [[nodiscard]] const std::string& str() const noexcept { return text_; }

  friend auto operator<=>(const Name&, const Name&) = default;

 private:
  explicit Name(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

struct ProjectTag { static constexpr std::string_view noun = "project name"; };
struct EnvironmentTag { static constexpr std::string_view noun = "environment name"; };
struct ProcessTag { static constexpr std::string_view noun = "process name"; };

using ProjectName = Name<ProjectTag>;
using EnvironmentName = Name<EnvironmentTag>;
using ProcessName = Name<ProcessTag>;

// One environment of one project: what is deployed, scaled and locked as a whole.
struct EnvironmentKey {
  ProjectName project;
  EnvironmentName environment;

  // "shop-live": the stem of everything made for the environment.
  [[nodiscard]] std::string stem() const { return project.str() + "-" + environment.str(); }

  friend auto operator<=>(const EnvironmentKey&, const EnvironmentKey&) = default;
};

}  // namespace divio::model
