#include "system/process.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <thread>

using namespace divio;
using namespace divio::system;

namespace {

struct Finished {
  Result<int> code;
  std::vector<std::string> lines;
};

Finished shell(const std::string& script, const InputWriter& input = {}, std::stop_token stop = {}) {
  Finished finished{0, {}};
  finished.code = run(
      {{"/bin/sh", "-c", script}, {{"ADDED", "by the test"}}, "/usr"}, input,
      [&](std::string_view line) { finished.lines.emplace_back(line); }, stop);
  // Nothing of ours is left to wait for.
  CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
  CHECK(errno == ECHILD);
  return finished;
}

}  // namespace

TEST_CASE("A program's lines, its exit code, its folder and its variables are its own") {
  const auto finished = shell("echo \"$ADDED\"; pwd; echo problem >&2; echo ${HOME:+home}; exit 5");
  CHECK(finished.code == 5);
  CHECK(finished.lines.size() == 4);
  for (const char* line : {"by the test", "/usr", "problem", "home"})
    CHECK(std::find(finished.lines.begin(), finished.lines.end(), line) != finished.lines.end());
}

TEST_CASE("A program ended by a signal has 128 and the signal's number as its code") {
  CHECK(shell("kill -9 $$").code == 137);
}

TEST_CASE("A program that is not there is not found") {
  const auto code = run({{"/no/such/program"}, {}, {}}, {}, [](std::string_view) {});
  REQUIRE_FALSE(code);
  CHECK(code.error().code == ErrorCode::not_found);
  CHECK(code.error().message.find("/no/such/program") != std::string::npos);
}

TEST_CASE("A program reads all its input, more than pipes hold, while its output is read") {
  const auto finished = shell("wc -c", [](const auto& sink) -> Result<void> {
    for (int i = 0; i < 100; ++i)
      if (auto sent = sink(std::string(50'000, 'x')); !sent) return sent;
    return {};
  });
  CHECK(finished.code == 0);
  CHECK(finished.lines == std::vector<std::string>{"5000000"});
}

TEST_CASE("A program without input reads none") {
  CHECK(shell("cat; echo end").lines == std::vector<std::string>{"end"});
}

TEST_CASE("A program that does not read its input ends with its own code") {
  const auto finished = shell("exit 4", [](const auto& sink) -> Result<void> {
    while (true)
      if (auto sent = sink(std::string(50'000, 'x')); !sent) return sent;
  });
  CHECK(finished.code == 4);
}

TEST_CASE("A failing input ends the program, which never sees the end of its input") {
  const auto finished = shell("cat > /dev/null; echo complete", [](const auto& sink) -> Result<void> {
    if (auto sent = sink("half of it"); !sent) return sent;
    return fail(ErrorCode::invalid, "the rest cannot be read");
  });
  REQUIRE_FALSE(finished.code);
  CHECK(finished.code.error().message == "the rest cannot be read");
  CHECK(finished.lines.empty());
}

TEST_CASE("Stopping ends a program and what it started, even if they ignore SIGTERM") {
  for (const std::string script :
       {"echo ready; sleep 1000 & wait", "trap '' TERM; echo ready; sleep 1000; sleep 1000"}) {
    std::stop_source source;
    Result<int> code = 0;
    {
      code = run(
          {{"/bin/sh", "-c", script}, {}, {}}, {}, [&](std::string_view) { source.request_stop(); },
          source.get_token());
    }
    REQUIRE_FALSE(code);
    CHECK(code.error().code == ErrorCode::cancelled);
  }
}

TEST_CASE("A program that was told to stop before it began is ended") {
  std::stop_source source;
  source.request_stop();
  const auto finished = shell("sleep 1000", {}, source.get_token());
  REQUIRE_FALSE(finished.code);
  CHECK(finished.code.error().code == ErrorCode::cancelled);
}

TEST_CASE("What a program leaves behind holding its output does not hold up its end") {
  const auto finished = shell("sleep 1000 & echo done");
  CHECK(finished.code == 0);
  CHECK(finished.lines == std::vector<std::string>{"done"});
}

TEST_CASE("Programs are found in the folders of PATH") {
  const auto found = find_programs("sh");
  REQUIRE_FALSE(found.empty());
  CHECK(found.front().ends_with("/sh"));
  CHECK(find_programs("no-such-program-anywhere").empty());
}
