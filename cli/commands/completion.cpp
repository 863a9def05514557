#include "cli/call.hpp"
#include "cli/command.hpp"
#include "cli/completion_scripts.hpp"

namespace divio::cli {

enum class Shell { bash, zsh, fish };

inline constexpr std::array<std::string_view, 3> shell_names{"bash", "zsh", "fish"};

}  // namespace divio::cli

template <>
struct divio::wire::FieldType<divio::cli::Shell> : EnumField<divio::cli::Shell, divio::cli::shell_names> {};

namespace divio::cli {
namespace {

struct ScriptOptions {
  Shell shell = Shell::bash;

  static std::span<const wire::Field> fields();
};

std::span<const wire::Field> ScriptOptions::fields() {
  static constexpr std::array<wire::Field, 1> table{{
      {.name = "shell",
       .help = "the shell: bash, zsh or fish",
       .access = wire::access<ScriptOptions, &ScriptOptions::shell>(),
       .value = "SHELL",
       .positional = true,
       .required = true},
  }};
  return table;
}

Result<int> carry_out_completion(Call& call) {
  switch (call.read<ScriptOptions>().shell) {
    case Shell::bash: return call.answer_with(bash_completion());
    case Shell::zsh: return call.answer_with(zsh_completion());
    case Shell::fish: return call.answer_with(fish_completion());
  }
  return fail(ErrorCode::bug, "no completion for this shell");
}

}  // namespace

Command completion_command() {
  return {.name = "completion",
          .group = Group::other,
          .summary = "Print the completion script of a shell",
          .description = "Prints a script that completes commands, flags, and the names of projects, environments, processes, "
                         "releases and operations. An installed divioctl has it in place already.",
          .examples = {{"source <(divioctl completion bash)", "in ~/.bashrc"},
                       {"divioctl completion zsh > ~/.zfunc/_divioctl", "a folder of zsh's fpath"},
                       {"divioctl completion fish > ~/.config/fish/completions/divioctl.fish", "for fish"}},
          .fields = {ScriptOptions::fields()},
          .carry_out = carry_out_completion};
}

}  // namespace divio::cli
