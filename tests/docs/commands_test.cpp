// Every command line in the documents is one that the program understands.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <optional>

#include "cli/parse.hpp"
#include "docs/markdown.hpp"

using namespace divio::test;

namespace {

// Where "divioctl" begins as a program in a line of a shell; npos: not at all.
std::size_t program_in(const std::string& line, std::size_t from) {
  for (auto at = line.find("divioctl ", from); at != std::string::npos; at = line.find("divioctl ", at + 1))
    if (at == 0 || line[at - 1] == ' ' || line[at - 1] == '/' || line[at - 1] == '(') return at;
  return std::string::npos;
}

// The words up to what belongs to the shell.
std::vector<std::string> words_of(const std::string& command) {
  std::vector<std::string> words;
  std::string word;
  char quote = 0;
  bool begun = false;
  const auto end_word = [&] {
    if (begun) words.push_back(word);
    word.clear();
    begun = false;
  };
  for (const char c : command) {
    if (quote != 0 && c == quote)
      quote = 0;
    else if (quote == 0 && (c == '\'' || c == '"'))
      quote = c, begun = true;
    else if (quote == 0 && (c == '|' || c == ';' || c == ')' || c == '>' || c == '<' || (c == '#' && !begun)))
      break;
    else if (quote == 0 && c == ' ')
      end_word();
    else
      word += c, begun = true;
  }
  end_word();
  return words;
}

void add_commands(const std::string& line, std::vector<std::string>& commands) {
  for (auto at = program_in(line, 0); at != std::string::npos; at = program_in(line, at + 1))
    if (line.substr(0, at).find('#') == std::string::npos) commands.push_back(line.substr(at + 9));
}

// What a person would type, out of a document: in blocks of a shell, behind a prompt, and as code in a sentence.
std::vector<std::string> commands_in(const Document& document) {
  std::vector<std::string> commands;
  for (const auto& fence : document.fences) {
    for (const auto& line : fence.lines) {
      const bool prompt = fence.language == "console" && line.starts_with("$ ");
      if (prompt || fence.language == "sh" || fence.language == "ini") add_commands(line, commands);
    }
  }
  for (const auto& code : document.code)
    if (code.starts_with("divioctl ")) add_commands(code, commands);
  for (const auto& line : document.lines)
    if (line.starts_with("    ")) add_commands(line, commands);
  return commands;
}

// Why the program does not understand it; empty: it does.
std::string wrong_with_command(const std::string& command) {
  const auto words = words_of(command);
  if (words == std::vector<std::string>{"--version"}) return {};  // answered before words are understood: cli/main.cpp
  const auto invocation = divio::cli::parse(words, [](auto) { return std::nullopt; });
  if (!invocation) return invocation.error().message;
  return invocation->command == nullptr ? "no command" : "";
}

}  // namespace

TEST_CASE("the program understands every command line of the documents") {
  std::size_t seen = 0;
  for (const auto& document : read_documents()) {
    for (const auto& command : commands_in(document)) {
      ++seen;
      const auto wrong = wrong_with_command(command);
      CHECK_MESSAGE(wrong.empty(), document.path << ": divioctl " << command << ": " << wrong);
    }
  }
  CHECK(seen > 60);
}

TEST_CASE("a command line that the program does not know is found wherever it stands") {
  const auto document = parse_document("docs/a.md",
                                       "Say `divioctl delpoy`.\n```sh\nsource <(divioctl compeltion bash)\n```\n"
                                       "```console\n$ divioctl scale --wbe 3\nhint: divioctl nothing\n```\n"
                                       "```\ndivioctl usage [OPTIONS]\n```\n\n    echo x | divioctl variable\n");
  const auto commands = commands_in(document);
  REQUIRE(commands.size() == 4);
  for (const auto& command : commands) {
    CAPTURE(command);
    CHECK_FALSE(wrong_with_command(command).empty());
  }
  CHECK(wrong_with_command("variable set -e live 'A=b c' D=e").empty());
  CHECK(words_of("run -- env # look") == std::vector<std::string>{"run", "--", "env"});
}
