#include "load/client/tally.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace divio::load {
namespace {

constexpr std::size_t shown_failures = 20;

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

double seconds(Clock::duration time) { return std::chrono::duration<double>(time).count(); }

// The smallest value that at least `share` of all are not above.
double quantile(const std::vector<double>& sorted, double share) {
  if (sorted.empty()) return 0;
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

}  // namespace

std::string kind_name(const Outcome& outcome) {
  switch (outcome.kind) {
    case Kind::ok: return "ok";
    case Kind::http_error: return fmt::format("http_{}", outcome.status);
    case Kind::wrong_answer: return "wrong_answer";
    case Kind::bad_response: return "bad_response";
    case Kind::connect_failure: return "connect_failure";
    case Kind::no_response: return "no_response";
    case Kind::raced_close: return "raced_close";
    case Kind::broken_response: return "broken_response";
    case Kind::timeout: return "timeout";
  }
  return "unknown";
}

void Tally::add(const Outcome& outcome, Clock::duration at) {
  const std::string kind = kind_name(outcome);
  ++requests_;
  ++by_kind_[kind];
  if (outcome.status != 0) latencies_ms_.push_back(seconds(outcome.latency) * 1000);
  if (outcome.kind == Kind::ok) {
    ++ok_;
  } else if (first_failures_.size() < shown_failures) {
    first_failures_.push_back({seconds(at), kind, outcome.detail});
  }
}

std::string Tally::json(Clock::duration ran) const {
  auto sorted = latencies_ms_;
  std::sort(sorted.begin(), sorted.end());
  std::string by, failures;
  for (const auto& [kind, count] : by_kind_) by += fmt::format("{}\"{}\":{}", by.empty() ? "" : ",", kind, count);
  for (const auto& failure : first_failures_) {
    failures += fmt::format(R"({}{{"at":{:.3f},"kind":"{}","detail":{}}})", failures.empty() ? "" : ",", failure.at, failure.kind,
                            in_quotes(failure.detail));
  }
  return fmt::format(R"({{"requests":{},"ok":{},"failed":{},"by":{{{}}},"retried":{},"idle_closed":{},"missed":{},"seconds":{:.3f},)"
                     R"("p50_ms":{:.3f},"p99_ms":{:.3f},"max_ms":{:.3f},"first_failures":[{}]}})",
                     requests_, ok_, failed(), by, retried_, idle_closed_, missed_, seconds(ran), quantile(sorted, 0.5),
                     quantile(sorted, 0.99), sorted.empty() ? 0.0 : sorted.back(), failures);
}

}  // namespace divio::load
