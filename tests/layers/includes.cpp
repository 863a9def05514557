#include "layers/includes.hpp"

#include <algorithm>
#include <optional>
#include <regex>
#include <sstream>

namespace divio::test {
namespace {

// The adapters, whose names only the wiring may know.
constexpr std::string_view wiring = "lib/platform/wiring.cpp";

struct Include {
  std::string header;
  bool quoted = false;
};

std::vector<Include> includes_of(const std::string& text) {
  static const std::regex line_with_include(R"re(^\s*#\s*include\s*(["<]?)([^">\s]*).*)re");
  std::vector<Include> includes;
  std::istringstream lines(text);
  std::smatch found;
  for (std::string line; std::getline(lines, line);)
    if (line.find("include") != std::string::npos && std::regex_match(line, found, line_with_include))
      includes.push_back({found[2], found[1] == "\""});
  return includes;
}

std::string first_folder(std::string_view path) {
  const auto slash = path.find('/');
  return slash == std::string_view::npos ? std::string() : std::string(path.substr(0, slash));
}

// lib/store/sqlite/store.cpp belongs to `store`, include/divio/result.hpp to `divio`, cli/parse.cpp to `cli`.
std::string room_of(std::string_view path) {
  const auto top = first_folder(path);
  if (top == "cli") return top;
  return first_folder(path.substr(path.find('/') + 1));
}

const Room* find_room(std::string_view name) {
  const auto found = std::ranges::find(rooms(), name, &Room::name);
  return found == rooms().end() ? nullptr : &*found;
}

bool contains(const std::vector<std::string_view>& all, std::string_view one) {
  return std::ranges::find(all, one) != all.end();
}

bool is_adapter(std::string_view room) {
  return room == "engines" || room == "ingress" || room == "store";
}

// What is wrong with an include of another room; empty: nothing.
std::string wrong_with_room(const std::string& path, const Room& room, const std::string& included) {
  if (included == room.name || included == "divio") return {};
  if (!contains(room.may_include, included)) return std::string(room.name) + " may not include " + included;
  if (is_adapter(included) && path != wiring) return "only " + std::string(wiring) + " may include " + included;
  return {};
}

// Standard C++ headers have no extension, the system's have one of these beginnings.
bool is_of_the_system(const std::string& header) {
  static const std::regex standard("[a-z_]+|(sys|linux|netinet|arpa)/[a-z_]+\\.h");
  static const std::vector<std::string_view> posix{"dirent.h", "dlfcn.h", "fcntl.h",  "netdb.h", "poll.h",    "pthread.h", "pwd.h",
                                                   "pty.h",   "signal.h", "spawn.h", "termios.h", "unistd.h"};
  return std::regex_match(header, standard) || contains(posix, header);
}

std::string wrong_with_library(const std::string& path, const std::string& header) {
  const auto library =
      std::ranges::find_if(libraries(), [&](const Library& l) { return header.starts_with(l.header); });
  if (library == libraries().end()) return is_of_the_system(header) ? "" : "no room may include " + header;
  const bool placed = std::ranges::any_of(library->places, [&](auto place) { return path.starts_with(place); });
  return placed ? "" : "only " + std::string(library->places.front()) + " and the like may include " + header;
}

std::string wrong_with(const std::string& path, const Room& room, const Include& include) {
  if (include.header == "version_text.hpp" && room.name == "platform") return {};  // generated from the file VERSION
  const auto folder = first_folder(include.header);
  if (find_room(folder) != nullptr) return wrong_with_room(path, room, folder);
  if (include.quoted || include.header.empty())
    return "an include names the room: \"model/names.hpp\", not \"" + include.header + "\"";
  return wrong_with_library(path, include.header);
}

}  // namespace

std::vector<std::string> forbidden_includes(const std::vector<SourceFile>& tree) {
  std::vector<std::string> found;
  for (const auto& file : tree) {
    if (!file.path.ends_with(".hpp") && !file.path.ends_with(".cpp") && !file.path.ends_with(".in")) continue;
    const auto* room = find_room(room_of(file.path));
    if (room == nullptr) {
      found.push_back(file.path + ": its folder is not in the list of rooms");
      continue;
    }
    for (const auto& include : includes_of(file.text))
      if (const auto wrong = wrong_with(file.path, *room, include); !wrong.empty())
        found.push_back(file.path + ": " + wrong);
  }
  return found;
}

}  // namespace divio::test
