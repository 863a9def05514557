#include "migration/postgres_talk.hpp"

#include <chrono>

namespace divio::test {

namespace {
constexpr std::string_view failed = "end true\n";
constexpr std::string_view done = "end false\n";
}  // namespace

Talk::Talk(std::unique_ptr<ports::Session> session) : session_(std::move(session)) { (void)session_->write("\\set ON_ERROR_STOP 0\n"); }

Talk::~Talk() {
  if (session_) (void)session_->close_input();
}

void Talk::begin(const std::string& statement) { (void)session_->write(statement + "\n"); }

bool Talk::say(const std::string& statement) {
  heard_.clear();
  if (!session_->write(statement + "\n\\echo end :ERROR\n")) return false;
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (std::chrono::steady_clock::now() < give_up) {
    auto chunk = session_->read(std::chrono::milliseconds(250));
    if (!chunk && chunk.error().code == ErrorCode::timed_out) continue;
    if (!chunk || !*chunk) return false;
    if ((*chunk)->output == ports::Output::out) heard_ += (*chunk)->bytes;
    if (heard_.ends_with(failed)) return false;
    if (heard_.ends_with(done)) {
      heard_.resize(heard_.size() - done.size());
      return true;
    }
  }
  return false;
}

std::string Talk::hear(const std::string& question) { return say(question) ? heard_ : "refused: " + heard_; }

}  // namespace divio::test
