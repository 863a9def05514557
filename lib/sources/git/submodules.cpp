#include "sources/git/submodules.hpp"

#include <algorithm>

#include "support/text.hpp"

namespace divio::sources {
namespace {

bool is_safe(const std::string& name) {
  const auto parts = split(name, '/');
  return !name.empty() && !name.starts_with('/') &&
         std::ranges::none_of(parts, [](const auto& part) { return part == ".." || part == ".git"; });
}

// The text between the quotes of [submodule "name"], or the value behind '='; backslashes escape as in git-config(1).
std::string unquote(std::string_view text) {
  std::string plain;
  for (std::size_t n = 0; n < text.size(); ++n) {
    if (text[n] == '\\' && n + 1 < text.size())
      ++n;
    else if (text[n] == '"')
      continue;
    plain += text[n];
  }
  return plain;
}

}  // namespace

std::map<std::string, std::string> parse_gitmodules(std::string_view text) {
  std::map<std::string, std::string> names;
  std::string name;
  for (const auto& raw : split(text, '\n')) {
    const auto line = trim(raw);
    if (line.starts_with("[submodule") && line.ends_with(']')) {
      name = unquote(trim(line.substr(10, line.size() - 11)));
      continue;
    }
    const auto equals = line.find('=');
    if (equals == std::string_view::npos || to_lower(trim(line.substr(0, equals))) != "path" || !is_safe(name))
      continue;
    names[unquote(trim(line.substr(equals + 1)))] = name;
  }
  return names;
}

std::shared_ptr<Repository> find_submodule(const Repository& outer, const std::string& path, const std::string& name,
                                           const git_oid& commit) {
  const auto usable = [&](const std::shared_ptr<Repository>& found) { return found && found->has(commit); };
  if (const auto checkout = outer.checkout_folder(); !checkout.empty()) {
    if (auto found = Repository::open_checkout(checkout / path); usable(found)) return found;
  }
  if (name.empty()) return nullptr;
  for (const auto& folder : {outer.folder(), outer.common_folder()}) {
    if (auto found = Repository::open_bare(folder / "modules" / name); usable(found)) return found;
  }
  return nullptr;
}

}  // namespace divio::sources
