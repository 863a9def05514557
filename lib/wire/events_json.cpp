#include "wire/events_json.hpp"

#include <cmath>

#include "wire/event_parts.hpp"

namespace divio::wire {
namespace {

OrderedJson json_of(const PlanMade& plan) {
  return {{"type", "plan"}, {"operation", plan.operation}, {"stages", stages_json(plan)}};
}

OrderedJson json_of(const StepBegan& began) {
  return {{"type", "step-began"}, {"step", began.step}, {"description", began.description}};
}

OrderedJson json_of(const StepMoved& moved) {
  return {{"type", "step-moved"},
          {"step", moved.step},
          {"done", moved.done},
          {"total", moved.total},
          {"unit", moved.unit},
          {"lag_bytes", moved.behind ? OrderedJson(*moved.behind) : OrderedJson()}};
}

OrderedJson json_of(const StepEnded& ended) {
  OrderedJson object{{"type", "step-ended"}, {"step", ended.step}, {"seconds", ended.seconds}, {"note", ended.note}};
  if (ended.error) object["error"] = error_json(*ended.error);
  return object;
}

OrderedJson json_of(const Line& line) { return {{"type", "line"}, {"step", line.step}, {"text", line.text}}; }

OrderedJson json_of(const Notice& notice) {
  const auto* const level = notice.level == Notice::Level::warning ? "warning" : "info";
  return {{"type", "notice"}, {"level", level}, {"text", notice.text}};
}

}  // namespace

OrderedJson stages_json(const PlanMade& plan) {
  auto stages = OrderedJson::array();
  for (const auto& stage : plan.stages) {
    auto steps = OrderedJson::array();
    for (const auto& step : stage.steps)
      steps.push_back(OrderedJson{{"id", step.id}, {"description", step.description}});
    stages.push_back(OrderedJson{{"title", stage.title}, {"steps", std::move(steps)}});
  }
  return stages;
}

OrderedJson error_json(const Error& error) {
  return {{"code", to_string(error.code)}, {"message", error.message}, {"hint", error.hint}, {"where", error.where}};
}

std::string one_line(const OrderedJson& json) { return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace); }

void add_pace(OrderedJson& object, const Pace& pace) {
  object["bytes_per_second"] = pace.per_second ? OrderedJson(*pace.per_second) : OrderedJson();
  object["seconds_to_go"] = pace.seconds_to_go ? OrderedJson(std::llround(*pace.seconds_to_go)) : OrderedJson();
}

std::string to_json(const Event& event, const Pace& pace) {
  auto object = std::visit([](const auto& held) { return json_of(held); }, event);
  if (std::holds_alternative<StepMoved>(event)) add_pace(object, pace);
  return one_line(object);
}

std::string to_json(const Error& error) { return one_line(OrderedJson{{"error", error_json(error)}}); }

std::string log_line_json(const std::string& instance, const std::string& text) {
  return one_line(OrderedJson{{"type", "line"}, {"instance", instance}, {"text", text}});
}

}  // namespace divio::wire
