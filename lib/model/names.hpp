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

  // A name that no parse() gives, for what stands beside the one of this name: "live_".
  [[nodiscard]] Name beside() const { return Name(text_ + besides); }
  [[nodiscard]] bool is_beside() const noexcept { return text_.ends_with(besides); }
  // The one that this stands beside; itself where it stands beside none.
  [[nodiscard]] Name original() const { return is_beside() ? Name(text_.substr(0, text_.size() - 1)) : *this; }

  friend auto operator<=>(const Name&, const Name&) = default;

 private:
  static constexpr char besides = '_';  // no DNS label has it

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

  // Of the second set of instances that an ingress may have for the environment (ports/ingress.hpp), and of the first.
  [[nodiscard]] EnvironmentKey beside() const { return {project, environment.beside()}; }
  [[nodiscard]] bool is_beside() const noexcept { return environment.is_beside(); }
  [[nodiscard]] EnvironmentKey original() const { return {project, environment.original()}; }

  friend auto operator<=>(const EnvironmentKey&, const EnvironmentKey&) = default;
};

}  // namespace divio::model
