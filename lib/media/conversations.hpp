// A few conversations with one volume for several threads, which are begun as they become worth it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "media/access.hpp"

namespace divio::media {

inline constexpr std::size_t most_conversations = 3;
// Beginning a further one takes as long as so much.
inline constexpr std::uint64_t files_worth_another = 300;
inline constexpr std::uint64_t bytes_worth_another = std::uint64_t{32} << 20;

// They stay open as long as this lives. Several threads may use one.
class Conversations {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Conversations>> open(Volume volume);

  // Gives `act` one that nobody else has meanwhile, for so many bytes, and gives back its Result. After a failure within a conversation
  // nobody knows where it is: every further call fails.
  // A request without an answer may still be on its way afterwards, while another conversation answers.
  template <class Act>
  [[nodiscard]] auto with(std::uint64_t bytes, const Act& act) -> decltype(act(std::declval<Conversation&>())) {
    auto taken = take(bytes);
    if (!taken) return Failure(std::move(taken).error());
    auto done = act(**taken);
    give(*taken, done.has_value());
    return done;
  }

  // Once nobody has any of them: what was asked for in each of them so far has been done.
  [[nodiscard]] Result<void> settle();

 private:
  explicit Conversations(Volume volume) : volume_(std::move(volume)) {}
  [[nodiscard]] Result<Conversation*> take(std::uint64_t bytes);
  [[nodiscard]] Result<void> wait(std::unique_lock<std::mutex>& lock, const std::function<bool()>& ready);
  void give(Conversation* one, bool good);
  void keep_up(const std::stop_token& stop);

  Volume volume_;
  std::unique_ptr<Access> access_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<std::unique_ptr<Conversation>> further_;
  std::vector<Conversation*> free_;
  std::size_t open_ = 1;
  std::uint64_t requests_ = 0;
  std::uint64_t bytes_ = 0;
  bool broken_ = false;
  std::jthread keeping_up_;  // ends before what it uses
};

}  // namespace divio::media
