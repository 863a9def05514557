#include "load/client/client.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "load/client/connection.hpp"

namespace divio::load {
namespace {

constexpr std::uint32_t stop_index = std::numeric_limits<std::uint32_t>::max();
constexpr std::chrono::seconds latest{1};

class Client {
 public:
  Client(const Options& options, int stop) : options_(options), stop_(stop), epoll_(epoll_create1(EPOLL_CLOEXEC)), start_(Clock::now()) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u32 = stop_index;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, stop, &event);
    for (int i = 0; i < options.connections; ++i) {
      const auto index = static_cast<std::uint32_t>(i);
      connections_.push_back(std::make_unique<Connection>(options_, tally_, epoll_, index));
      resting_.push_back(index);
    }
  }
  ~Client() { close(epoll_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  Run run() {
    while (!stopping_ || resting_.size() < connections_.size()) {
      const auto now = Clock::now();
      if (options_.seconds > 0 && now - start_ >= std::chrono::duration<double>(options_.seconds)) stopping_ = true;
      if (!stopping_) send_due(now);
      if (options_.requests > 0 && next_ >= options_.requests) stopping_ = true;
      expire(now);
      if (!stopping_ || resting_.size() < connections_.size()) wait();
    }
    return {tally_, Clock::now() - start_};
  }

 private:
  [[nodiscard]] Clock::time_point due(std::uint64_t request) const {
    if (options_.rate <= 0) return start_;
    return start_ + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(static_cast<double>(request) / options_.rate));
  }

  void send_due(Clock::time_point now) {
    // As many at a time as there are connections, so that failures that come at once do not keep the loop here.
    auto most = static_cast<std::uint64_t>(connections_.size());
    if (options_.requests > 0) most = std::min(most, options_.requests - next_);
    for (; most > 0 && !resting_.empty() && due(next_) <= now; --most) {
      const auto index = resting_.front();
      resting_.pop_front();
      ++next_;
      settle(index, connections_[index]->begin(now));
    }
    while (options_.rate > 0 && due(next_) + latest < now) {
      ++next_;
      tally_.missed(1);
    }
  }

  void settle(std::uint32_t index, std::optional<Outcome> outcome) {
    auto& connection = *connections_[index];
    if (outcome && outcome->kind == Kind::raced_close && options_.retry_raced) {
      tally_.retried();  // the new connection has not answered before, so this happens once
      outcome = connection.begin(Clock::now(), connection.begun_at());
    }
    if (!outcome) return;
    tally_.add(*outcome, Clock::now() - start_);
    resting_.push_back(index);
  }

  void expire(Clock::time_point now) {
    for (std::uint32_t i = 0; i < connections_.size(); ++i) {
      if (connections_[i]->busy() && connections_[i]->deadline() <= now) settle(i, connections_[i]->expire());
    }
  }

  // Until something happens, a request is due, or a quarter of a second has passed (deadlines are no finer than that).
  void wait() {
    auto until = Clock::now() + std::chrono::milliseconds(250);
    if (!stopping_ && !resting_.empty()) until = std::min(until, due(next_));
    const auto left = std::chrono::duration<double, std::milli>(until - Clock::now()).count();
    std::array<epoll_event, 64> events;
    const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), static_cast<int>(std::ceil(std::max(0.0, left))));
    for (int i = 0; i < count; ++i) {
      const auto index = events[static_cast<std::size_t>(i)].data.u32;
      if (index == stop_index) {
        stopping_ = true;
        epoll_ctl(epoll_, EPOLL_CTL_DEL, stop_, nullptr);
      } else {
        settle(index, connections_[index]->handle(events[static_cast<std::size_t>(i)].events));
      }
    }
  }

  const Options& options_;
  Tally tally_;
  int stop_;
  int epoll_;
  Clock::time_point start_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::deque<std::uint32_t> resting_;
  std::uint64_t next_ = 0;  // request
  bool stopping_ = false;
};

}  // namespace

Run run(const Options& options, int stop) { return Client(options, stop).run(); }

}  // namespace divio::load
