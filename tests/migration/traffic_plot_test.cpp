// The picture of the requests around a cut-over.
#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "migration/traffic_plot.hpp"

using namespace divio;
using namespace divio::migration;
using namespace std::chrono_literals;

namespace {

const model::TimePoint begin{1'800'000'000s};

TrafficPlot plot_of(std::vector<PlottedRequest> requests) {
  return {.title = "shop-live: from local to eu", .begin = begin, .end = begin + 20s, .pause = Pause{begin + 10s, 400ms}, .requests = std::move(requests)};
}

// Heights of the bars of that kind.
std::vector<double> bars(const std::string& svg, const std::string& kind) {
  constexpr std::string_view height = " height=\"";
  const auto bar = "<rect class=\"" + kind + "\"";
  std::vector<double> heights;
  for (auto at = svg.find(bar); at != std::string::npos; at = svg.find(bar, at + 1)) heights.push_back(std::stod(svg.substr(svg.find(height, at) + height.size())));
  return heights;
}

// Every element that is opened is closed, in order.
bool is_well_formed(const std::string& svg) {
  std::vector<std::string> open;
  for (auto at = svg.find('<'); at != std::string::npos; at = svg.find('<', at + 1)) {
    const auto tag = svg.substr(at + 1, svg.find('>', at) - at - 1);
    if (tag.ends_with('/')) continue;
    if (!tag.starts_with('/')) open.push_back(tag.substr(0, tag.find(' ')));
    else if (open.empty() || open.back() != tag.substr(1)) return false;
    else open.pop_back();
  }
  return open.empty();
}

}  // namespace

TEST_CASE("requests are counted when they ended, failed ones in red, and those of another time are left out") {
  const auto svg = draw(plot_of({{begin + 50ms, 5ms}, {begin + 60ms, 5ms}, {begin + 5s, 7ms}, {begin + 5s, 7ms, true}, {begin - 1ms, 5ms}, {begin + 20s, 5ms}}));
  CHECK(bars(svg, "answered").size() == 2);
  CHECK(bars(svg, "answered")[0] == doctest::Approx(2 * bars(svg, "answered")[1]));
  CHECK(bars(svg, "failed").size() == 1);
  CHECK(is_well_formed(svg));
}

TEST_CASE("a request that one ingress handed on is one, as long as the visitor waited, and requests with the same id are as many as they are") {
  const ports::LoggedRequest held{begin, 300ms, 200, "a"}, handed_on{begin + 290ms, 10ms, 200, "a"}, alone{begin, 5ms, 502, "b"}, again{begin, 7ms, 200, "c"};
  const auto seen = seen_by_visitors({std::vector{held, again, again, again}, std::vector{handed_on, alone, again, again, again}});
  REQUIRE(seen.size() == 5);
  CHECK(seen[0].took == 300ms);
  CHECK(seen[0].ended == begin + 300ms);
  CHECK_FALSE(seen[0].failed);
  CHECK(seen[1].failed);
  CHECK(seen[4].took == 7ms);
  CHECK(seen_by_visitors({}).empty());
}

TEST_CASE("the pause is a band as wide as it was long, and says how long that was") {
  const auto svg = draw(plot_of({{begin + 1s, 5ms}}));
  CHECK(svg.find("class=\"pause\" x=\"520.0\" y=\"50\" width=\"18.0\"") != std::string::npos);  // of 900 in 20 s, from 70 on
  CHECK(svg.find("requests waited for 400 ms") != std::string::npos);
  CHECK(svg.find(">-10 s<") != std::string::npos);
  CHECK(svg.find(">0 s<") != std::string::npos);
}

TEST_CASE("a picture of no request and no pause is one, and a title is no part of the drawing") {
  auto plot = plot_of({});
  plot.pause.reset();
  plot.title = "a < b & c";
  const auto svg = draw(plot);
  CHECK(svg.find("a &lt; b &amp; c") != std::string::npos);
  CHECK(svg.find("class=\"pause\"") == std::string::npos);
  CHECK(is_well_formed(svg));
}
