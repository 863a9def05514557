#include "cli/man.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "cli/exit_codes.hpp"
#include "cli/help.hpp"
#include "cli/wrap.hpp"
#include "divio/version.hpp"
#include "support/text.hpp"

namespace divio::cli {
namespace {

// Text as roff shows it: no control line, no hyphen that a search would miss.
std::string roff(std::string_view text) {
  std::string escaped;
  for (const char letter : text) {
    if (escaped.empty() || escaped.back() == '\n')
      if (letter == '.' || letter == '\'') escaped += "\\&";
    if (letter == '\\') escaped += "\\e";
    else if (letter == '-') escaped += "\\-";
    else escaped += letter;
  }
  return escaped;
}

std::string page_name(const Command& command) {
  std::string name = "divioctl-" + std::string(command.name);
  std::ranges::replace(name, ' ', '-');
  return name;
}

std::string head(const std::string& name, std::string_view summary) {
  std::string title = name;
  for (char& letter : title) letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  return fmt::format(".TH {} 1 \"\" \"divioctl {}\" \"divioctl\"\n.SH NAME\n{} \\- {}\n", roff(title), version(),
                     roff(name), roff(summary));
}

// Source lines of at most 78 columns; each sentence begins a line, because roff spaces sentences by their line ends.
std::string lines(std::string_view text) {
  std::string sentences;
  for (const char letter : text) {
    const bool ends = letter == ' ' && sentences.ends_with('.');
    sentences += ends ? '\n' : letter;
  }
  return roff(wrap(sentences, 78, 0)) + "\n";
}

std::string paragraphs(std::string_view text) {
  std::string pages;
  for (const auto& paragraph : split(text, '\n')) pages += paragraph.empty() ? ".PP\n" : lines(paragraph);
  return pages;
}

std::string roff_section(std::string_view title, const std::vector<wire::Field>& fields) {
  if (fields.empty()) return {};
  std::string text = fmt::format(".SH {}\n", title);
  for (const auto& field : fields)
    text += fmt::format(".TP\n\\fB{}\\fR\n{}", roff(trim(field_label(field))), lines(field_text(field)));
  return text;
}

std::string examples(const Command& command) {
  if (command.examples.empty()) return {};
  std::string text = ".SH EXAMPLES\n";
  for (const auto& example : command.examples)
    text += fmt::format(".TP\n\\fB{}\\fR\n{}\n", roff(example.line), roff(example.meaning));
  return text;
}

std::string exit_status() {
  std::string text = ".SH EXIT STATUS\n";
  for (const auto& [code, meaning] : exit_code_meanings) text += fmt::format(".TP\n\\fB{}\\fR\n{}\n", code, roff(meaning));
  return text;
}

ManPage command_page(const Command& command) {
  const auto name = page_name(command);
  auto text = head(name, command.summary) + fmt::format(".SH SYNOPSIS\n\\fB{}\\fR\n", roff(usage_line(command))) +
              ".SH DESCRIPTION\n" + paragraphs(command.description) + roff_section("ARGUMENTS", arguments(command)) +
              roff_section("OPTIONS", own_flags(command)) + roff_section("OPTIONS OF EVERY COMMAND", common_flags(command)) +
              examples(command) + exit_status() + ".SH SEE ALSO\n.BR divioctl (1)\n";
  return {name + ".1", std::move(text)};
}

ManPage overview_page() {
  auto text = head("divioctl", "build, deploy, scale and look after web applications on Docker hosts") +
              ".SH SYNOPSIS\n\\fBdivioctl COMMAND [OPTIONS]\\fR\n.SH COMMANDS\n";
  for (const auto& command : commands())
    if (!command.hidden)
      text += fmt::format(".TP\n.BR {} (1)\n{}\n", roff(page_name(command)), roff(command.summary));
  return {"divioctl.1", text + exit_status() +
                            ".SH ENVIRONMENT\n"
                            ".TP\n\\fBDIVIOCTL_HOME\\fR\nthe folder of the catalogue; default the XDG state folder\n"
                            ".TP\n\\fBDIVIOCTL_ENV\\fR\nthe environment, where \\-e is not given\n"
                            ".TP\n\\fBDOCKER_HOST\\fR\nthe Docker engine of the region local\n"
                            ".TP\n\\fBDIVIOCTL_INGRESS_PORT\\fR\nthe port on which its ingress controller listens\n"
                            ".TP\n\\fBNO_COLOR\\fR\nno colours\n"};
}

}  // namespace

std::vector<ManPage> man_pages() {
  std::vector<ManPage> pages{overview_page()};
  for (const auto& command : commands())
    if (!command.hidden) pages.push_back(command_page(command));
  return pages;
}

}  // namespace divio::cli
