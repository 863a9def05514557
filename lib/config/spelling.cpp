#include "config/spelling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "support/text.hpp"

namespace divio::config {
namespace {

bool lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
bool letter_or_digit(char c) {
  return lower_or_digit(c) || (c >= 'A' && c <= 'Z');
}

bool host_label(std::string_view label) {
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, [](char c) { return lower_or_digit(c) || c == '-'; });
}

bool any_part(std::string_view path, std::initializer_list<std::string_view> unwanted) {
  const auto parts = split(path, '/');
  return std::ranges::any_of(parts,
                             [&](const auto& part) { return std::ranges::find(unwanted, part) != unwanted.end(); });
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

std::string domain_hint(std::string_view domain) {
  if (domain.find("://") != std::string_view::npos) return "leave out the scheme, for example 'shop.example.com'";
  if (domain.find('/') != std::string_view::npos) return "leave out the path, for example 'shop.example.com'";
  if (domain.find(':') != std::string_view::npos) return "leave out the port, for example 'shop.example.com'";
  if (domain.find('*') != std::string_view::npos) return "list each host name; there are no wildcards";
  if (std::ranges::any_of(domain, [](unsigned char c) { return c > 0x7F; }))
    return "write an international name in its ASCII form, which begins with 'xn--'";
  return "use letters, digits, '-' and '.', for example 'shop.example.com'";
}

}  // namespace

std::optional<Complaint> check_domain(std::string_view domain) {
  const auto labels = split(domain, '.');
  if (domain.size() <= 253 && std::ranges::all_of(labels, host_label)) return std::nullopt;
  return Complaint{fmt::format("'{}' is not a valid domain", domain), domain_hint(domain)};
}

std::optional<Complaint> check_health_path(std::string_view path) {
  constexpr std::string_view marks = "-._~%!&()*+,;=:@/?";
  const auto good = [&](char c) { return letter_or_digit(c) || marks.find(c) != std::string_view::npos; };
  if (path.starts_with('/') && path.size() <= 1024 && std::ranges::all_of(path, good)) return std::nullopt;
  return Complaint{fmt::format("'{}' is not a valid health path", path),
                   "begin it with '/' and write it as in a URL, for example '/healthz'"};
}

std::optional<Complaint> check_branch(std::string_view branch) {
  constexpr std::string_view forbidden = " ~^:?*[\\";
  const bool bad = branch.empty() || branch.size() > 250 || has_control(branch) || branch == "@" ||
                   branch.find_first_of(forbidden) != std::string_view::npos ||
                   branch.find("..") != std::string_view::npos || branch.find("@{") != std::string_view::npos ||
                   branch.find("/.") != std::string_view::npos || branch.find("//") != std::string_view::npos ||
                   branch.find(".lock/") != std::string_view::npos || branch.ends_with(".lock") ||
                   branch.starts_with('-') || branch.starts_with('.') || branch.starts_with('/') ||
                   branch.ends_with('/') || branch.ends_with('.');
  if (!bad) return std::nullopt;
  return Complaint{fmt::format("'{}' is not a valid branch name", branch), "write a branch's name, for example 'main'"};
}

std::optional<Complaint> check_codebase_path(std::string_view path) {
  if (!path.empty() && !path.starts_with('/') && !path.ends_with('/') && !has_control(path) && !any_part(path, {".."}))
    return std::nullopt;
  return Complaint{fmt::format("'{}' is not a file of the codebase", path),
                   "write a path relative to the codebase, for example 'docker/Dockerfile'"};
}

std::optional<Complaint> check_mount_path(std::string_view path) {
  constexpr std::string_view hint = "write an absolute path of a folder in the container, for example '/data'";
  if (!path.starts_with('/') || path.size() > 1024 || has_control(path) || any_part(path, {".", ".."}))
    return Complaint{fmt::format("'{}' is not a folder to mount a volume at", path), std::string(hint)};
  constexpr std::array<std::string_view, 4> reserved{"/", "/proc", "/sys", "/dev"};
  const auto tidy = tidy_path(path);
  if (std::ranges::find(reserved, tidy) != reserved.end())
    return Complaint{fmt::format("a volume cannot be mounted at '{}'", tidy), std::string(hint)};
  return std::nullopt;
}

std::optional<Complaint> check_build_target(std::string_view target) {
  const auto good = [](char c) { return letter_or_digit(c) || c == '-' || c == '_' || c == '.'; };
  if (!target.empty() && letter_or_digit(target.front()) && std::ranges::all_of(target, good)) return std::nullopt;
  return Complaint{fmt::format("'{}' is not the name of a build stage", target),
                   "write the name that follows AS in the Dockerfile"};
}

std::string tidy_path(std::string_view path) {
  std::string tidy;
  for (const char c : path)
    if (c != '/' || tidy.empty() || tidy.back() != '/') tidy += c;
  if (tidy.size() > 1 && tidy.back() == '/') tidy.pop_back();
  return tidy;
}

}  // namespace divio::config
