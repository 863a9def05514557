// A YAML text as a tree of plain values which knows where everything stands. Anchors and merge keys (<<) are already
// resolved; a map never holds a key twice.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "divio/result.hpp"

namespace divio::config {

// Counted from 1; columns count bytes.
struct Place {
  int line = 1;
  int column = 1;
};

struct YamlNode {
  enum class Kind { nothing, text, list, map } kind = Kind::nothing;
  std::string text;                // of Kind::text, as written and without quotes
  std::string name;                // what errors call it: its key in a map, "entry 2 of domains" in a list
  Place key_place;                 // of its key in a map
  Place place;                     // of itself; of its key where nothing follows the key
  bool plain = true;               // text without quotes
  std::vector<YamlNode> children;  // of a map (each named by its key) or a list, in the order of the file
};

// Refused with a place: what is not valid UTF-8 or YAML, larger than 1 MiB, nested deeper than 32 levels, of more than
// 50,000 nodes (aliases counted as what they stand for), a second document, a key given twice, a tag of one's own.
// An empty text is Kind::nothing. Error::where is "LINE:COLUMN".
[[nodiscard]] Result<YamlNode> parse_yaml(std::string_view text);

// An error at a place.
[[nodiscard]] Failure problem(Place place, std::string message, std::string hint);

}  // namespace divio::config
