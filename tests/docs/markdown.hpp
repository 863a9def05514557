// What the tests need to know of a document in Markdown.
#pragma once

#include <string>
#include <vector>

namespace divio::test {

// A block between ``` lines.
struct Fence {
  std::string language;
  std::vector<std::string> lines;
};

struct Document {
  std::string path;                // from the top of the checkout
  std::vector<std::string> lines;  // outside fences
  std::vector<Fence> fences;
  std::vector<std::string> code;     // `between these`, outside fences
  std::vector<std::string> links;    // targets of [text](target), outside fences
  std::vector<std::string> anchors;  // of its headings, as GitHub makes them
};

[[nodiscard]] Document parse_document(const std::string& path, const std::string& text);

// README.md, ARCHITECTURE.md, docs/*.md and the examples' READMEs.
[[nodiscard]] std::vector<Document> read_documents();
[[nodiscard]] Document read_document(const std::string& path);

// The text of a file of the checkout; empty if it is not there.
[[nodiscard]] std::string text_of(const std::string& path);

// The text with every run of blanks and line endings as one blank, so that phrases are found wherever lines end.
[[nodiscard]] std::string in_one_line(const std::string& text);

}  // namespace divio::test
