// The completion scripts, in the shells themselves.
#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>
#include <vector>

#include "program.hpp"

using divio::test::file_text;
using divio::test::Folder;

namespace {

using Words = std::vector<std::string>;

// A folder with the program under the name it has when it is installed.
class Installed {
 public:
  Installed() { std::filesystem::create_symlink(DIVIOCTL_UNDER_TEST, folder_.path() / "divioctl"); }

  Words lines(const std::string& shell, const std::string& script) const {
    const auto file = (folder_.path() / "script").string();
    const auto out = (folder_.path() / "out").string();
    std::ofstream(file) << script;
    const auto command = "PATH=\"" + folder_.path().string() + ":$PATH\" " + shell + " " + file + " >" + out + " 2>&1";
    CHECK(std::system(command.c_str()) == 0);
    Words found;
    std::istringstream text(file_text(out));
    for (std::string line; std::getline(text, line);) found.push_back(line);
    return found;
  }

 private:
  Folder folder_;
};

std::string script_file(const std::string& name) { return DIVIO_SOURCE_DIR "/completions/" + name; }

// Asks bash as readline does: the words as it would cut them, the cursor in the last one.
Words bash(const std::string& words) {
  return Installed().lines("bash", "source " + script_file("divioctl.bash") + "\nCOMP_WORDS=(" + words +
                                       ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_divioctl\n"
                                       "((${#COMPREPLY[@]})) && printf '%s\\n' \"${COMPREPLY[@]}\"\ntrue\n");
}

Words fish(const std::string& line) {
  auto found = Installed().lines("fish --no-config", "source " + script_file("divioctl.fish") + "\ncomplete -C '" + line + "'\n");
  for (auto& value : found) value = value.substr(0, value.find('\t'));
  return found;
}

// Types the line into a real zsh and asks its completion for everything it would offer.
Words zsh(const std::string& line) {
  const std::string script =
      "zmodload zsh/zpty\n"
      "zpty -b inner zsh -f -i\n"
      "zpty -w inner 'PS1= ; unsetopt zle_bracketed_paste 2>/dev/null; autoload -Uz compinit; compinit -u -D; source " +
      script_file("_divioctl") +
      "; compadd() { if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd \"$@\"; return; fi; "
      "local -a _found; builtin compadd -O _found \"$@\"; "
      "(( ${#_found} )) && print -rl -- \"FOUND:${^_found[@]}\" >> $OFFERED; }; "
      "bindkey \"^I\" complete-word; zle -C complete-word complete-word _main_complete; print READY'\n"
      "zpty -r inner text '*READY*READY*' >/dev/null\n"
      "zpty -wn inner $'" + line + "\\t'\n"
      "for i in {1..200}; do [[ -s $OFFERED ]] && break; sleep 0.1; done\n"
      "sleep 0.5\n"
      "zpty -d inner\n"
      "sed -n 's/^FOUND://p' $OFFERED\n";
  const Folder folder;
  const auto offered = (folder.path() / "offered").string();
  std::ofstream(offered) << "";
  return Installed().lines("OFFERED=" + offered + " zsh -f", script);
}

bool same(Words found, Words expected) {
  std::ranges::sort(found);
  std::ranges::sort(expected);
  return found == expected;
}

}  // namespace

TEST_CASE("the scripts that are printed are the files") {
  for (const auto& [shell, file] : {std::pair{"bash", "divioctl.bash"}, std::pair{"zsh", "_divioctl"}, std::pair{"fish", "divioctl.fish"}})
    CHECK(divio::test::shell(std::string("divioctl completion ") + shell).out == file_text(script_file(file)));
}

TEST_CASE("bash completes commands, flags, values and names") {
  CHECK(bash("divioctl de") == Words{"deploy", "destroy"});
  CHECK(bash("divioctl variable ''") == Words{"set", "get", "list", "unset"});
  CHECK(bash("divioctl status -e ''") == Words{"live", "test"});
  CHECK(bash("divioctl status --project ''") == Words{"blog", "shop"});
  CHECK(bash("divioctl rollback -e live ''") == Words{"4", "3"});
  CHECK(bash("divioctl scale -e live ''") == Words{"web=", "worker="});
  CHECK(bash("divioctl deploy --bu") == Words{"--build-mode", "--builder"});
  CHECK(bash("divioctl nosuch ''").empty());
}

TEST_CASE("bash completes words that it has cut at an equals sign") {
  CHECK(bash("divioctl deploy --build-mode = a") == Words{"auto", "adopt"});
  CHECK(bash("divioctl deploy --build-mode =") == Words{"auto", "adopt", "force"});
  CHECK(bash("divioctl scale web = 3 w") == Words{"web="});
}

TEST_CASE("bash completes folders and files by itself") {
  CHECK(bash("divioctl -C /us") == Words{"/usr"});
  CHECK(bash("divioctl exec -- /etc/host.con") == Words{"/etc/host.conf"});
}

TEST_CASE("fish completes commands, flags, values and names") {
  CHECK(same(fish("divioctl de"), {"deploy", "destroy"}));
  CHECK(same(fish("divioctl status -e "), {"live", "test"}));
  CHECK(same(fish("divioctl status --project s"), {"shop"}));
  CHECK(same(fish("divioctl rollback -e live "), {"3", "4"}));
  CHECK(same(fish("divioctl scale -e live wo"), {"worker="}));
  CHECK(same(fish("divioctl deploy --build-mode="), {"--build-mode=auto", "--build-mode=adopt", "--build-mode=force"}));
  CHECK(same(fish("divioctl -C /us"), {"/usr/"}));
}

TEST_CASE("zsh completes commands, flags, values and names") {
  CHECK(same(zsh("divioctl de"), {"deploy", "destroy"}));
  CHECK(same(zsh("divioctl status -e "), {"live", "test"}));
  CHECK(same(zsh("divioctl status --project "), {"blog", "shop"}));
  CHECK(same(zsh("divioctl rollback -e live "), {"3", "4"}));
  CHECK(same(zsh("divioctl scale -e live wo"), {"worker="}));
  CHECK(same(zsh("divioctl deploy --build-mode=a"), {"--build-mode=auto", "--build-mode=adopt"}));
}
