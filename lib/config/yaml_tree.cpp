#include "config/yaml_tree.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <utility>

#include "config/yaml_text.hpp"
#include "support/try.hpp"

namespace divio::config {
namespace {

constexpr std::size_t deepest = 32;
constexpr std::size_t most_nodes = 50'000;

// Carries an Error through the parser, which knows only exceptions, to the catch in parse_yaml.
struct Refusal : std::exception {
  explicit Refusal(Error reason) : error(std::move(reason)) {}
  Error error;
};

[[noreturn]] void refuse(Place place, std::string message, std::string hint) {
  throw Refusal(problem(place, std::move(message), std::move(hint)).value());
}

Place place_of(const YAML::Mark& mark) {
  return mark.is_null() ? Place{} : Place{mark.line + 1, mark.column + 1};
}

std::size_t count(const YamlNode& node) {
  std::size_t nodes = 1;
  for (const auto& child : node.children) nodes += count(child);
  return nodes;
}

std::size_t depth(const YamlNode& node) {
  std::size_t levels = 0;
  for (const auto& child : node.children) levels = std::max(levels, depth(child));
  return levels + 1;
}

// A list or map whose end has not been seen.
struct Open {
  YamlNode node;
  YAML::anchor_t anchor = 0;
  bool key_next = false;            // in a map: the next event is a key
  YamlNode key;                     // in a map: the key whose value comes next
  std::map<std::string, int> keys;  // in a map: every key so far and its line
  std::vector<YamlNode> merged;     // in a map: the values of its merge keys
};

// Builds the tree from the parser's events. yaml-cpp's own tree keeps duplicate keys without a word and shares memory
// between aliases, so it is not used.
class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(std::string_view source) : source_(source) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1)
      refuse(place_of(mark), "a second document begins here, and the file may have only one",
             "remove it; where there is no '---', check the indentation");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(make(YamlNode::Kind::nothing, mark, "?"), anchor);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (!quotes_closed(source_.substr(std::min(source_.size(), static_cast<std::size_t>(mark.pos)))))
      refuse(place_of(mark), "the text between quotes that begins here has no end", "close the quotes");
    YamlNode node = make(YamlNode::Kind::text, mark, tag);
    node.text = value;
    node.plain = tag == "?";
    add(std::move(node), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end())
      refuse(place_of(mark), "an alias here stands within what it repeats", "remove it; nothing can contain itself");
    spend(count(found->second), place_of(mark));
    if (open_.size() + depth(found->second) > deepest) too_deep(place_of(mark));
    YamlNode copy = found->second;
    copy.place = place_of(mark);
    add(std::move(copy), 0);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    begin(make(YamlNode::Kind::list, mark, tag), anchor);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    begin(make(YamlNode::Kind::map, mark, tag), anchor);
  }
  void OnSequenceEnd() override { end(); }
  void OnMapEnd() override { end(); }

  [[nodiscard]] YamlNode take_root() { return std::move(root_); }

  // Where the innermost list or map begins that is still open.
  [[nodiscard]] Place innermost() const { return open_.empty() ? Place{} : open_.back().node.place; }

 private:
  YamlNode make(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag) {
    spend(1, place_of(mark));
    if (tag != "?" && tag != "!" && !tag.empty() && !tag.starts_with("tag:yaml.org,2002:"))
      refuse(place_of(mark), "a word that begins with '!' is a tag, and tags mean nothing here",
             "remove it, or put a value that begins with '!' between quotes");
    YamlNode node;
    node.kind = kind;
    node.place = place_of(mark);
    return node;
  }

  void spend(std::size_t nodes, Place place) {
    spent_ += nodes;
    if (spent_ > most_nodes) refuse(place, "the file holds too much", "keep data out of this file");
  }

  [[noreturn]] static void too_deep(Place place) {
    refuse(place, fmt::format("lists and maps are nested deeper than {} levels here", deepest),
           "check the brackets and the indentation");
  }

  void begin(YamlNode node, YAML::anchor_t anchor) {
    if (open_.size() >= deepest) too_deep(node.place);
    const bool map = node.kind == YamlNode::Kind::map;
    // A list or map as a key is refused at its end only: an unclosed bracket looks like one and has an error of its
    // own.
    if (!open_.empty() && !open_.back().key_next) place_in_parent(node);
    open_.push_back({std::move(node), anchor, map, {}, {}, {}});
  }

  void end() {
    Open done = std::move(open_.back());
    open_.pop_back();
    for (const auto& merged : done.merged) merge(merged, done);
    add(std::move(done.node), done.anchor);
  }

  // A value or a key is complete.
  void add(YamlNode node, YAML::anchor_t anchor) {
    if (!open_.empty() && open_.back().key_next) return add_key(std::move(node), anchor);
    if (!open_.empty()) place_in_parent(node);
    remember(node, anchor);
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.kind == YamlNode::Kind::map) {
      parent.key_next = true;
      if (is_merge(parent.key)) {
        parent.merged.push_back(std::move(node));
        return;
      }
    }
    parent.node.children.push_back(std::move(node));
  }

  void add_key(YamlNode key, YAML::anchor_t anchor) {
    if (key.kind != YamlNode::Kind::text) refuse_key(key);
    Open& map = open_.back();
    const auto [earlier, fresh] = map.keys.emplace(key.text, key.place.line);
    if (!fresh)
      refuse(key.place, fmt::format("'{}' is given twice", key.text),
             fmt::format("remove one of them; the first is in line {}", earlier->second));
    remember(key, anchor);
    map.key = std::move(key);
    map.key_next = false;
  }

  void remember(const YamlNode& node, YAML::anchor_t anchor) {
    if (anchor == 0) return;
    spend(count(node), node.place);
    anchors_.insert_or_assign(anchor, node);
  }

  [[noreturn]] static void refuse_key(const YamlNode& key) {
    refuse(key.place, "a key must be a word", "write it as 'key: value'; 'null' and '~' need quotes");
  }

  static bool is_merge(const YamlNode& key) { return key.plain && key.text == "<<"; }

  void place_in_parent(YamlNode& node) const {
    const Open& parent = open_.back();
    if (parent.node.kind == YamlNode::Kind::map) {
      node.name = parent.key.text;
      node.key_place = parent.key.place;
      if (node.kind == YamlNode::Kind::nothing) node.place = node.key_place;
    } else {
      node.name = fmt::format("entry {} of {}", parent.node.children.size() + 1, parent.node.name);
      if (node.kind == YamlNode::Kind::nothing)
        node.place = parent.node.place;  // the parser gives that of what follows
      node.key_place = node.place;
    }
  }

  // Takes over what `source`, a map or a list of maps, has and the map itself does not say.
  static void merge(const YamlNode& source, Open& into) {
    if (source.kind == YamlNode::Kind::list) {
      for (const auto& one : source.children) merge_map(one, into);
    } else {
      merge_map(source, into);
    }
  }

  static void merge_map(const YamlNode& source, Open& into) {
    if (source.kind != YamlNode::Kind::map)
      refuse(source.place, "'<<' takes over the keys of a map, and this is none",
             "give it an alias of a map: <<: *name");
    for (const auto& child : source.children)
      if (into.keys.emplace(child.name, child.key_place.line).second) into.node.children.push_back(child);
  }

  std::string_view source_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, YamlNode> anchors_;
  YamlNode root_;
  std::size_t spent_ = 0;
  int documents_ = 0;
};

Failure syntax_error(std::string_view text, const YAML::Exception& error, const TreeBuilder& builder) {
  const bool unclosed = error.msg.find("flow not found") != std::string::npos;  // the parser gives these no place
  const Place place = unclosed ? builder.innermost() : place_of(error.mark);
  const auto [message, hint] = explain_syntax_error(text, place, error.msg);
  return problem(place, std::string(message), std::string(hint));
}

}  // namespace

Failure problem(Place place, std::string message, std::string hint) {
  return Failure(
      Error{ErrorCode::invalid, std::move(message), std::move(hint), fmt::format("{}:{}", place.line, place.column)});
}

Result<YamlNode> parse_yaml(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // so that the parser counts as we do
  DIVIO_CHECK(check_yaml_text(text));
  TreeBuilder builder(text);
  try {
    // With a line's end the parser reports quotes without one as it does everywhere: as a text, for quotes_closed.
    std::istringstream in(std::string(text) + "\n");
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
    }
    return builder.take_root();
  } catch (const Refusal& refusal) {
    return Failure(refusal.error);
  } catch (const YAML::Exception& error) {
    return syntax_error(text, error, builder);
  } catch (const std::exception& error) {
    return problem({}, fmt::format("the file cannot be read: {}", error.what()), "check its syntax");
  }
}

}  // namespace divio::config
