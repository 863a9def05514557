#include "storage/xml.hpp"

#include <charconv>
#include <cstdint>

#include "support/text.hpp"

namespace divio::storage {
namespace {

constexpr int deepest = 32;
constexpr std::string_view blanks = " \t\r\n";

void add_character(std::string& text, std::uint32_t code) {
  const auto byte = [&](std::uint32_t value) { text += static_cast<char>(value); };
  if (code < 0x80) return byte(code);
  if (code < 0x800) {
    byte(0xc0 | code >> 6);
  } else if (code < 0x10000) {
    byte(0xe0 | code >> 12);
    byte(0x80 | (code >> 6 & 0x3f));
  } else {
    byte(0xf0 | code >> 18);
    byte(0x80 | (code >> 12 & 0x3f));
    byte(0x80 | (code >> 6 & 0x3f));
  }
  byte(0x80 | (code & 0x3f));
}

// What stands between '&' and ';'. False if that is nothing.
bool add_reference(std::string& text, std::string_view name) {
  if (name == "amp") return text += '&', true;
  if (name == "lt") return text += '<', true;
  if (name == "gt") return text += '>', true;
  if (name == "quot") return text += '"', true;
  if (name == "apos") return text += '\'', true;
  if (!name.starts_with('#')) return false;
  const bool hexadecimal = name.starts_with("#x");
  const auto digits = name.substr(hexadecimal ? 2 : 1);
  std::uint32_t code = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, hexadecimal ? 16 : 10);
  if (error != std::errc{} || end != digits.data() + digits.size() || code > 0x10ffff) return false;
  add_character(text, code);
  return true;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  std::optional<XmlElement> document() {
    if (!pass_over()) return std::nullopt;
    auto root = element(0);
    if (!root || !pass_over() || !rest_.empty()) return std::nullopt;
    return root;
  }

 private:
  bool pass(std::string_view token) {
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  // The text before `token`, which is passed too.
  std::optional<std::string_view> until(std::string_view token) {
    const auto at = rest_.find(token);
    if (at == std::string_view::npos) return std::nullopt;
    const auto before = rest_.substr(0, at);
    rest_.remove_prefix(at + token.size());
    return before;
  }

  // Blanks, comments and instructions around the root.
  bool pass_over() {
    while (true) {
      rest_.remove_prefix(std::min(rest_.find_first_not_of(blanks), rest_.size()));
      if (pass("<!--")) {
        if (!until("-->")) return false;
      } else if (pass("<?")) {
        if (!until("?>")) return false;
      } else {
        return true;
      }
    }
  }

  std::optional<XmlElement> element(int depth) {
    if (depth > deepest || !pass("<")) return std::nullopt;
    const auto tag = until(">");
    if (!tag) return std::nullopt;
    XmlElement made;
    const bool empty = tag->ends_with('/');
    const auto name = tag->substr(0, tag->find_first_of(empty ? " \t\r\n/" : " \t\r\n"));
    if (name.empty() || name.front() == '!' || name.front() == '/') return std::nullopt;
    made.name = name.substr(name.find(':') + 1);
    if (empty) return made;
    if (!content(made, depth) || !pass("</")) return std::nullopt;
    const auto end = until(">");
    return end && trim(*end) == name ? std::optional(std::move(made)) : std::nullopt;
  }

  bool content(XmlElement& into, int depth) {
    while (!rest_.starts_with("</")) {
      if (rest_.empty()) return false;
      if (pass("<!--")) {
        if (!until("-->")) return false;
      } else if (pass("<![CDATA[")) {
        const auto plain = until("]]>");
        if (!plain) return false;
        into.text += *plain;
      } else if (rest_.front() == '<') {
        auto child = element(depth + 1);
        if (!child) return false;
        into.children.push_back(std::move(*child));
      } else if (!characters(into.text)) {
        return false;
      }
    }
    return true;
  }

  bool characters(std::string& into) {
    if (pass("&")) {
      const auto name = until(";");
      return name && add_reference(into, *name);
    }
    const auto end = std::min(rest_.find_first_of("<&"), rest_.size());
    into += rest_.substr(0, end);
    rest_.remove_prefix(end);
    return true;
  }

  std::string_view rest_;
};

}  // namespace

const XmlElement* XmlElement::child(std::string_view wanted) const {
  for (const auto& one : children)
    if (one.name == wanted) return &one;
  return nullptr;
}

std::string XmlElement::text_of(std::string_view wanted) const {
  const auto* found = child(wanted);
  return found == nullptr ? std::string() : found->text;
}

std::optional<XmlElement> read_xml(std::string_view text) {
  return Reader(text).document();
}

std::string xml_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '&') out += "&amp;";
    else if (c == '"') out += "&quot;";
    else out += c;
  }
  return out;
}

}  // namespace divio::storage
