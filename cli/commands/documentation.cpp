// Hidden commands that write what is generated from the descriptions: man pages and docs/commands.md.
#include "cli/call.hpp"
#include "cli/command.hpp"
#include "cli/man.hpp"
#include "cli/reference.hpp"
#include "cli/text_file.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

struct ManOptions {
  std::string folder;

  static std::span<const wire::Field> fields();
};

std::span<const wire::Field> ManOptions::fields() {
  static constexpr std::array<wire::Field, 1> table{{
      {.name = "folder",
       .help = "where to write the pages",
       .access = wire::access<ManOptions, &ManOptions::folder>(),
       .value = "FOLDER",
       .completes = wire::Completes::directories,
       .positional = true,
       .required = true},
  }};
  return table;
}

Result<int> carry_out_man(Call& call) {
  for (const auto& page : man_pages()) DIVIO_CHECK(write_text_file(call.read<ManOptions>().folder + "/" + page.file, page.text));
  return 0;
}

Result<int> carry_out_reference(Call& call) { return call.answer_with(reference()); }

}  // namespace

Command man_command() {
  return {.name = "man",
          .summary = "Write the man pages into a folder",
          .description = "",
          .fields = {ManOptions::fields()},
          .hidden = true,
          .carry_out = carry_out_man};
}

Command docs_command() {
  return {.name = "docs",
          .summary = "Print the reference of all commands in Markdown",
          .description = "",
          .hidden = true,
          .carry_out = carry_out_reference};
}

}  // namespace divio::cli
