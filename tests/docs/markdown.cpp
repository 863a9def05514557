#include "docs/markdown.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>

namespace divio::test {
namespace {

namespace fs = std::filesystem;

// Lower case, blanks as hyphens, nothing else but letters, digits, hyphens and underscores.
std::string anchor_of(const std::string& heading) {
  std::string anchor;
  for (const char c : heading.substr(heading.find(' ') + 1)) {
    if (c == ' ')
      anchor += '-';
    else if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_')
      anchor += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return anchor;
}

void collect(const std::string& text, const std::regex& pattern, std::vector<std::string>& into) {
  for (std::sregex_iterator found(text.begin(), text.end(), pattern), end; found != end; ++found)
    into.push_back((*found)[1]);
}

}  // namespace

Document parse_document(const std::string& path, const std::string& text) {
  static const std::regex code("`([^`]+)`");
  static const std::regex link("\\]\\(([^)]+)\\)");
  Document document{.path = path, .lines = {}, .fences = {}, .code = {}, .links = {}, .anchors = {}};
  std::istringstream lines(text);
  bool fenced = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("```")) {
      fenced = !fenced;
      if (fenced) document.fences.push_back({line.substr(3), {}});
    } else if (fenced) {
      document.fences.back().lines.push_back(line);
    } else {
      document.lines.push_back(line);
      collect(line, code, document.code);
      collect(line, link, document.links);
      if (line.starts_with("#")) document.anchors.push_back(anchor_of(line));
    }
  }
  return document;
}

std::string text_of(const std::string& path) {
  std::ifstream file(fs::path(DIVIO_SOURCE_DIR) / path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Document read_document(const std::string& path) {
  return parse_document(path, text_of(path));
}

std::vector<Document> read_documents() {
  const fs::path top(DIVIO_SOURCE_DIR);
  std::vector<std::string> paths{"README.md", "ARCHITECTURE.md"};
  for (const auto& entry : fs::directory_iterator(top / "docs"))
    if (entry.path().extension() == ".md") paths.push_back("docs/" + entry.path().filename().string());
  for (const auto& entry : fs::directory_iterator(top / "examples"))
    if (fs::exists(entry.path() / "README.md"))
      paths.push_back((entry.path() / "README.md").lexically_relative(top).string());
  std::ranges::sort(paths);
  std::vector<Document> documents;
  for (const auto& path : paths) documents.push_back(read_document(path));
  return documents;
}

std::string in_one_line(const std::string& text) {
  std::istringstream words(text);
  std::string line;
  for (std::string word; words >> word;) line += (line.empty() ? "" : " ") + word;
  return line;
}

}  // namespace divio::test
