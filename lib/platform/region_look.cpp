#include "platform/region_look.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "model/labels.hpp"
#include "model/roles.hpp"
#include "platform/places.hpp"
#include "support/try.hpp"

namespace divio {
namespace {

// Shared with a thread that may outlive the question.
struct Question {
  std::unique_ptr<ports::Engine> engine;
  model::Labels labels;
  std::mutex mutex;
  std::condition_variable answered;
  std::optional<Result<RegionLook>> answer;
};

// An environment's network is there as long as anything of it is.
Result<std::vector<OtherEnvironment>> others_on(ports::Engine& engine, const std::string& ours) {
  DIVIO_TRY(networks, engine.networks().list({}));
  std::vector<OtherEnvironment> others;
  for (const auto& network : networks) {
    const auto label = [&](std::string_view name) {
      const auto found = network.labels.find(std::string(name));
      return found == network.labels.end() ? std::string() : found->second;
    };
    const auto catalogue = label(model::label::managed), project = label(model::label::project);
    if (catalogue.empty() || project.empty() || catalogue == ours) continue;
    others.push_back({project + "/" + label(model::label::environment), catalogue});
  }
  std::ranges::sort(others, {}, &OtherEnvironment::environment);
  return others;
}

Result<RegionLook> ask(Question& question) {
  RegionLook look;
  DIVIO_ASSIGN(look.info, question.engine->info());
  DIVIO_TRY(containers, question.engine->containers().list(question.labels));
  look.instances = static_cast<int>(containers.size());
  DIVIO_ASSIGN(look.others, others_on(*question.engine, question.labels.at(std::string(model::label::managed))));
  return look;
}

void answer(const std::shared_ptr<Question>& question) {
  auto look = ask(*question);
  const std::scoped_lock lock(question->mutex);
  question->answer = std::move(look);
  question->answered.notify_all();
}

// A question and the thread that asks it. One that is not answered is left to itself in the end.
class Asking {
 public:
  explicit Asking(std::shared_ptr<Question> question) : question_(std::move(question)), thread_(answer, question_) {}
  Asking(Asking&&) noexcept = default;
  Asking& operator=(Asking&&) = delete;
  ~Asking() {
    if (thread_.joinable()) thread_.detach();
  }

  // The thread of an answer has ended with it: what still ran when the process ends would use libraries that have ended.
  Result<RegionLook> wait(const std::string& endpoint, std::chrono::steady_clock::time_point end) {
    std::unique_lock lock(question_->mutex);
    if (!question_->answered.wait_until(lock, end, [&] { return question_->answer.has_value(); }))
      return fail(ErrorCode::timed_out, fmt::format("the engine at {} does not answer in time", endpoint),
                  "divioctl region check looks again and waits longer");
    lock.unlock();
    thread_.join();
    return *question_->answer;
  }

 private:
  std::shared_ptr<Question> question_;
  std::thread thread_;
};

Result<Asking> put(PlatformParts& parts, const model::Region& stored) {
  DIVIO_TRY(region, find_place(parts, stored.name));
  auto question = std::make_shared<Question>();
  DIVIO_ASSIGN(question->engine, parts.wiring.engine(region));
  question->labels = {{std::string(model::label::managed), controller::catalogue_of(*parts.store, region)},
                      {std::string(model::label::role), std::string(model::role::instance)},
                      {std::string(model::label::region), region.name.str()}};
  return Asking(std::move(question));
}

}  // namespace

std::vector<Result<RegionLook>> look_at(PlatformParts& parts, const std::vector<model::Region>& regions,
                                        std::chrono::milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  std::vector<Result<Asking>> questions;
  for (const auto& region : regions) questions.push_back(put(parts, region));
  std::vector<Result<RegionLook>> looks;
  for (std::size_t i = 0; i < regions.size(); ++i)
    looks.push_back(questions[i] ? questions[i]->wait(regions[i].endpoint, end) : Failure(questions[i].error()));
  return looks;
}

}  // namespace divio
