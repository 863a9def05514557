#include "engines/docker/layer_folders.hpp"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

#include "support/ids.hpp"

namespace divio::engines {
namespace {

using Json = nlohmann::ordered_json;  // members inside members stay in the order in which they are hashed

// As Go writes JSON.
std::string go_text(const Json& value) {
  std::string text;
  for (const char c : value.dump(-1, ' ', false, Json::error_handler_t::replace)) {
    if (c == '<') text += "\\u003c";
    else if (c == '>') text += "\\u003e";
    else if (c == '&') text += "\\u0026";
    else text += c;
  }
  return text;
}

std::string hash_of(const std::map<std::string, std::string>& members) {
  std::string text;
  for (const auto& [name, value] : members) text += fmt::format("{}\"{}\":{}", text.empty() ? "{" : ",", name, value);
  return sha256_hex(text + "}");
}

}  // namespace

std::vector<std::string> chain_ids(const std::vector<std::string>& layers) {
  std::vector<std::string> chains;
  for (const auto& layer : layers)
    chains.push_back(chains.empty() ? layer : "sha256:" + sha256_hex(chains.back() + " " + layer));
  return chains;
}

std::optional<std::size_t> layer_in_folder(std::string_view folder, std::string_view text,
                                           const std::vector<std::string>& chains) {
  const auto object = Json::parse(text, nullptr, false);
  if (!object.is_object()) return std::nullopt;
  std::map<std::string, std::string> members;
  for (const auto& [name, value] : object.items()) members[name] = go_text(value);
  members.erase("id");
  if (const auto parent = object.find("parent"); parent != object.end() && parent->is_string())
    members["parent"] = "\"sha256:" + parent->get<std::string>() + "\"";
  // The system is hashed for the uppermost layer, and added later for the others.
  auto without_system = members;
  without_system.erase("os");
  for (std::size_t place = 0; place < chains.size(); ++place) {
    members["layer_id"] = without_system["layer_id"] = "\"" + chains[place] + "\"";
    if (hash_of(without_system) == folder || hash_of(members) == folder) return place;
  }
  return std::nullopt;
}

}  // namespace divio::engines
