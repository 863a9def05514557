// The program of the containers (agent_program.hpp), run here: what a machine it does not know answers.
#include <doctest/doctest.h>

#include <fstream>

#include "fakes/temporary_folder.hpp"
#include "media/agent_program.hpp"
#include "media/agent_tree_program.hpp"
#include "media/conversation.hpp"

using namespace divio;

namespace {

void write(const std::filesystem::path& path, std::string_view text) { std::ofstream(path, std::ios::binary) << text; }

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string whole_program() { return std::string(media::agent_program) + std::string(media::agent_tree_program); }

// Its answers to these requests, where the folder's commands come first.
std::string answers_of(const std::string& program, const tests::TemporaryFolder& folder, std::string_view requests) {
  write(folder / "program", program);
  write(folder / "requests", requests);
  std::filesystem::create_directory(folder / "media");
  const auto at = folder.path().string();
  REQUIRE(std::system(("PATH=" + at + ":$PATH perl " + at + "/program " + at + "/media run <" + at + "/requests >" + at + "/answers").c_str()) == 0);
  return read(folder / "answers");
}

// On a machine of that kind; empty: on this one.
std::string answers(const tests::TemporaryFolder& folder, const std::string& machine, std::string_view requests) {
  const std::string other = machine.empty() ? "" : "BEGIN { require POSIX; no warnings; *POSIX::uname = sub { ('', '', '', '', '" + machine + "') } }\n";
  return answers_of(other + whole_program(), folder, requests);
}

}  // namespace

TEST_CASE("of a file that was put in place the program says what a list says of it, on any kind of machine") {
  for (const std::string machine : {"", "s390x"}) {
    CAPTURE(machine);
    const tests::TemporaryFolder folder;
    media::FrameReader frames;
    frames.feed(answers(folder, machine, "put 5 1600000000 120000000 3\na/bhelloplaced\ntree\n"));
    media::Frame placed;
    media::Frame tree;
    REQUIRE(*frames.next(placed));
    REQUIRE(*frames.next(tree));
    CHECK(placed.kind == 'o');
    CHECK(placed.bytes.starts_with("5 1600000000."));
    media::Frame more;
    while (*frames.next(more) && more.kind == 'd') tree.bytes += more.bytes;
    const auto size = placed.bytes.substr(0, 2);
    const auto changed = placed.bytes.substr(2, placed.bytes.find(' ', 2) - 2);
    const auto touched = placed.bytes.substr(3 + changed.size());
    const auto whole = [](const std::string& time) { return time.substr(0, time.find('.') + 10); };  // find says a tenth digit
    CHECK(tree.bytes.find("f " + size + whole(changed) + "0 " + whole(touched) + "0 ") != std::string::npos);
  }
}

TEST_CASE("while a command says nothing the program says that it is still at it") {
  const tests::TemporaryFolder folder;
  for (const std::string command : {"sha256sum", "sync", "find"}) {
    write(folder / command, "#!/bin/sh\nsleep 0.5\nPATH=${PATH#*:}\nexec " + command + " \"$@\"\n");
    std::filesystem::permissions(folder / command, std::filesystem::perms::owner_all);
  }
  auto program = whole_program();
  const std::string_view a_minute = "sub between_signs { 60 }";
  REQUIRE(program.find(a_minute) != std::string::npos);
  program.replace(program.find(a_minute), a_minute.size(), "sub between_signs { 0.1 }");
  for (const std::string& request : {std::string("sums 4\n./a") + '\0', std::string("sync\n"), std::string("tree\n")}) {
    CAPTURE(request);
    media::FrameReader frames;
    frames.feed(answers_of(program, folder, "put 5 1600000000 120000000 1\nahello" + request));
    std::string kinds;
    media::Frame frame;
    while (*frames.next(frame))
      if (kinds.empty() || kinds.back() != frame.kind) kinds += frame.kind;
    CHECK(kinds == (request == "sync\n" ? "wo" : "wdo"));
  }
}
