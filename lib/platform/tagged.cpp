#include "platform/tagged.hpp"

#include <memory>
#include <mutex>
#include <variant>

namespace divio {
namespace {

// The id of a step is its name among all others, and a description is what people read.
struct Tag {
  const std::string& name;

  void operator()(PlanMade& plan) const {
    for (auto& stage : plan.stages)
      for (auto& step : stage.steps) mark(step.id), mark(step.description);
  }
  void operator()(StepBegan& began) const { mark(began.step), mark(began.description); }
  void operator()(StepMoved& moved) const { mark(moved.step); }
  void operator()(StepEnded& ended) const { mark(ended.step); }
  void operator()(Line& line) const { mark(line.step), mark(line.text); }
  void operator()(Notice& notice) const { mark(notice.text); }

 private:
  void mark(std::string& text) const { text = name + ": " + text; }
};

}  // namespace

Listener tagged_with(std::string name, Listener listener) {
  if (!listener) return {};
  return [name = std::move(name), listener = std::move(listener)](const Event& event) {
    auto told = event;
    std::visit(Tag{name}, told);
    listener(told);
  };
}

Listener serialized(Listener listener) {
  if (!listener) return {};
  return [listener = std::move(listener), mutex = std::make_shared<std::mutex>()](const Event& event) {
    const std::lock_guard lock(*mutex);
    listener(event);
  };
}

}  // namespace divio
