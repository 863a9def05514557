// What the reports of progress write, for one script of events.
#include "cli/report/report.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "cli/report/live_region.hpp"

using namespace divio;
using namespace divio::cli;

namespace {

struct Told {
  double at;
  Event event;
};

const std::vector<Told>& script() {
  static const std::vector<Told> events{
      {0.0, PlanMade{"01op", {{"Build", {{"build", "build the image"}}}, {"Start", {{"s1", "start web-1"}, {"s2", "start web-2"}}}}}},
      {0.1, StepBegan{"build", "build the image"}},
      {0.2, Line{"build", "Step 1/2 : FROM \x1b[31mscratch\x1b[0m"}},
      {1.0, StepMoved{"build", 1048576, 4194304, "bytes"}},
      {12.0, StepMoved{"build", 2097152, 4194304, "bytes"}},
      {15.5, StepEnded{"build", 15.4, std::nullopt, "image reused"}},
      {15.6, StepBegan{"s1", "start web-1"}},
      {15.6, StepBegan{"s2", "start web-2"}},
      {16.0, Notice{Notice::Level::warning, "the branch has moved"}},
      {17.0, StepEnded{"s1", 1.4, std::nullopt, ""}},
      {18.0, StepEnded{"s2", 2.4, Error{ErrorCode::failed, "web-2 answers 301 on /healthz", "", ""}, ""}},
  };
  return events;
}

}  // namespace

TEST_CASE("the plain report has one line for each event, with the seconds and without escape codes") {
  std::string written;
  double now = 0;
  const auto report = plain_report([&](std::string_view text) { written += text; return true; }, [&] { return now; });
  for (const auto& told : script()) {
    now = told.at;
    report.listener(told.event);
  }
  report.finish();
  CHECK(written ==
        "[    0.0] plan: 3 steps in 2 stages\n"
        "[    0.1] build the image\n"
        "[    0.2]   | Step 1/2 : FROM scratch\n"
        "[   12.0] build the image: 2 of 4 MiB, 102 KiB/s, about 20 s to go\n"
        "[   15.5] build the image: done in 15 s (image reused)\n"
        "[   15.6] start web-1\n"
        "[   15.6] start web-2\n"
        "[   16.0] warning: the branch has moved\n"
        "[   17.0] start web-1: done in 1.4 s\n"
        "[   18.0] start web-2: failed after 2.4 s: web-2 answers 301 on /healthz\n");
}

TEST_CASE("the JSON report has one object for each event") {
  std::string written;
  double now = 0;
  const auto report = json_report([&](std::string_view text) { written += text; return true; }, [&] { return now; });
  for (const auto& told : script()) {
    now = told.at;
    report.listener(told.event);
  }
  CHECK(written ==
        R"({"type":"plan","operation":"01op","stages":[{"title":"Build","steps":[{"id":"build","description":"build the image"}]},{"title":"Start","steps":[{"id":"s1","description":"start web-1"},{"id":"s2","description":"start web-2"}]}]}
{"type":"step-began","step":"build","description":"build the image"}
{"type":"line","step":"build","text":"Step 1/2 : FROM \u001b[31mscratch\u001b[0m"}
{"type":"step-moved","step":"build","done":1048576,"total":4194304,"unit":"bytes","lag_bytes":null,"bytes_per_second":null,"seconds_to_go":null}
{"type":"step-moved","step":"build","done":2097152,"total":4194304,"unit":"bytes","lag_bytes":null,"bytes_per_second":104857,"seconds_to_go":20}
{"type":"step-ended","step":"build","seconds":15.4,"note":"image reused"}
{"type":"step-began","step":"s1","description":"start web-1"}
{"type":"step-began","step":"s2","description":"start web-2"}
{"type":"notice","level":"warning","text":"the branch has moved"}
{"type":"step-ended","step":"s1","seconds":1.4,"note":""}
{"type":"step-ended","step":"s2","seconds":2.4,"note":"","error":{"code":"failed","message":"web-2 answers 301 on /healthz","hint":"","where":""}}
)");
}

TEST_CASE("bytes that are no UTF-8 do not break the JSON report") {
  std::string written;
  const auto report = json_report([&](std::string_view text) { written += text; return true; }, [] { return 0.0; });
  report.listener(Line{"build", "caf\xE9"});
  CHECK(written == "{\"type\":\"line\",\"step\":\"build\",\"text\":\"caf\xEF\xBF\xBD\"}\n");
}

TEST_CASE("the terminal's region shows the steps under way, and lines that stay go above it") {
  LiveRegion region({});
  const TerminalSize size{24, 60};
  CHECK(region.hear(script()[0].event, 0.0) == std::vector<std::string>{"plan: 3 steps in 2 stages"});
  CHECK(region.hear(script()[1].event, 0.1).empty());
  CHECK(region.lines(0.1, size) == std::vector<std::string>{"/ build the image 0.0 s"});
  CHECK(region.hear(script()[2].event, 0.2) == std::vector<std::string>{"  Step 1/2 : FROM scratch"});
  CHECK(region.hear(script()[3].event, 1.0).empty());
  CHECK(region.lines(1.2, size) == std::vector<std::string>{"| build the image #####............... 1 of 4 MiB 1.1 s"});
  CHECK(region.lines(1.2, {24, 30}) == std::vector<std::string>{"| build the i… 1 of 4 … 1.1 s"});
  CHECK(region.hear(script()[5].event, 15.5) == std::vector<std::string>{"+ build the image (image reused) 15 s"});
  CHECK(region.lines(15.5, size).empty());
  CHECK(region.hear(script()[6].event, 15.6).empty());
  CHECK(region.hear(script()[7].event, 15.6).empty());
  CHECK(region.lines(16.05, size) == std::vector<std::string>{"| start web-1 0.5 s", "| start web-2 0.5 s"});
  CHECK(region.hear(script()[8].event, 16.0) == std::vector<std::string>{"warning: the branch has moved"});
  CHECK(region.hear(script()[10].event, 18.0) ==
        std::vector<std::string>{"x start web-2 2.4 s: web-2 answers 301 on /healthz"});
}

TEST_CASE("a bar says how quickly it goes and what is left, also when nothing comes any more") {
  constexpr std::uint64_t mib = 1U << 20;
  LiveRegion region({.color = false, .unicode = true});
  const auto shows = [&](double now, std::size_t columns) { return region.lines(now, {24, columns}).at(0); };
  CHECK(region.hear(StepBegan{"follow", "copy 'default', and follow it"}, 0).empty());
  for (int half = 0; half <= 20; ++half)
    CHECK(region.hear(StepMoved{"follow", (512 + 24 * static_cast<std::uint64_t>(half)) * mib, 2048 * mib, "bytes"}, half / 2.0).empty());
  CHECK(shows(10, 120) == "⠦ copy 'default', and follow it █████████░░░░░░░░░░░ 992 MiB of 2 GiB, 48 MiB/s, about 20 s to go 10 s");
  CHECK(shows(10, 90) == "⠦ copy 'default', and follow … ███░░░░░ 992 MiB of 2 GiB, 48 MiB/s, about 20 s to go 10 s");
  CHECK(shows(10, 70) == "⠦ copy 'default', … 992 MiB of 2 GiB, 48 MiB/s, about 20 s to go 10 s");
  CHECK(shows(21, 80) == "⠸ copy 'default', and follow it ███████░░░░░░░░░ 992 MiB of 2 GiB, stalled 21 s");
}

TEST_CASE("of what follows a bar says how far it is behind") {
  LiveRegion region({});
  CHECK(region.hear(StepBegan{"follow", "follow it"}, 0).empty());
  CHECK(region.hear(StepMoved{"follow", 2048, 2048, "bytes", 3'145'728}, 1).empty());
  CHECK(region.lines(1, {24, 80}).at(0) == "- follow it #################### 2 of 2 KiB, 3 MiB behind 1.0 s");
  CHECK(region.hear(StepMoved{"follow", 2048, 2048, "bytes", 0}, 1).empty());
  CHECK(region.lines(1, {24, 80}).at(0) == "- follow it #################### 2 of 2 KiB 1.0 s");
}

TEST_CASE("what is counted otherwise than in bytes has no pace") {
  LiveRegion region({});
  CHECK(region.hear(StepBegan{"wait", "wait for instances"}, 0).empty());
  for (int second = 0; second <= 20; ++second) CHECK(region.hear(StepMoved{"wait", 2, 3, "instances"}, second).empty());
  CHECK(region.lines(20, {24, 80}).at(0).find("2 of 3 instances 20 s") != std::string::npos);
}

TEST_CASE("the region never takes more lines or columns than the terminal has") {
  LiveRegion region({.color = false, .unicode = true});
  for (int i = 0; i < 30; ++i)
    CHECK(region.hear(StepBegan{std::to_string(i), "start an instance with a very long name 見本 " + std::to_string(i)}, 0).empty());
  const auto lines = region.lines(1, {6, 20});
  CHECK(lines.size() == 4);
  CHECK(lines.back() == "  and 27 more");
  for (const auto& line : lines) CHECK(line.size() < 40);
  CHECK(region.lines(1, {24, 80}).size() == 12);
  CHECK_FALSE(region.lines(1, {1, 1}).empty());
}

TEST_CASE("the terminal report goes back over exactly the lines it drew, and leaves none behind") {
  std::string written;
  double now = 0;
  const auto report = terminal_report({.write = [&](std::string_view text) { written += text; return true; },
                                       .now = [&] { return now; },
                                       .size = [] { return TerminalSize{24, 60}; },
                                       .style = {},
                                       .tick = false});
  report.listener(StepBegan{"a", "start web-1"});
  report.listener(StepBegan{"b", "start web-2"});
  now = 1;
  report.listener(StepEnded{"a", 1, std::nullopt, ""});
  report.finish();
  report.listener(StepEnded{"b", 1, std::nullopt, ""});
  CHECK(written ==
        "| start web-1 0.0 s\n"
        "\x1b[1A\r\x1b[J| start web-1 0.0 s\n| start web-2 0.0 s\n"
        "\x1b[2A\r\x1b[J+ start web-1 1.0 s\n- start web-2 1.0 s\n"
        "\x1b[1A\r\x1b[J");
}

TEST_CASE("the terminal report bears events from several threads while it redraws itself") {
  std::atomic<std::size_t> written{0};
  const auto report = terminal_report({.write = [&](std::string_view text) { written += text.size(); return true; },
                                       .now = [] { return 1.0; },
                                       .size = [] { return TerminalSize{24, 60}; },
                                       .style = {.color = true, .unicode = true}});
  {
    std::vector<std::jthread> tellers;
    for (int i = 0; i < 4; ++i)
      tellers.emplace_back([&, i] {
        const auto step = std::to_string(i);
        for (int round = 0; round < 50; ++round) {
          report.listener(StepBegan{step, "start web-" + step});
          report.listener(StepMoved{step, 1, 3, "instances"});
          report.listener(Line{step, "hello"});
          report.listener(StepEnded{step, 0.1, std::nullopt, ""});
        }
      });
  }
  report.finish();
  CHECK(written > 0);
}

TEST_CASE("quiet tells nothing") {
  const auto report = quiet_report();
  for (const auto& told : script()) report.listener(told.event);
  report.finish();
}
