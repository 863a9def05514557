// The XML of S3's answers: elements and their text. Attributes, namespaces, comments and the declaration are passed over;
// a document type is refused, so nothing can be declared that grows. Pure.
//
// Of its own rather than expat or libxml2: a dozen known elements are read, and neither has to be installed for that.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace divio::storage {

struct XmlElement {
  std::string name;
  std::string text;  // its own, with what stands for characters replaced by them
  std::vector<XmlElement> children;

  // The first child of that name; nullptr if there is none.
  [[nodiscard]] const XmlElement* child(std::string_view wanted) const;
  // Its text; empty if there is none.
  [[nodiscard]] std::string text_of(std::string_view wanted) const;
};

// nullopt for what is no whole document, or one nested deeper than 32.
[[nodiscard]] std::optional<XmlElement> read_xml(std::string_view text);

// The text with '<', '>', '&' and '"' as references.
[[nodiscard]] std::string xml_text(std::string_view text);

}  // namespace divio::storage
