#include "wire/request_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::wire {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const FieldValue& value) {
  return std::visit(
      [](const auto& held) -> Json {
        using Held = std::remove_cvref_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, std::monostate>) return nullptr;
        else if constexpr (std::is_same_v<Held, std::chrono::milliseconds>) return held.count();
        else return held;
      },
      value);
}

Failure wrong(const Field& field, std::string_view expected) {
  return fail(ErrorCode::invalid, fmt::format("'{}' must be {}", member_name(field), expected));
}

Result<int> number_of(const Field& field, const Json& json) {
  const auto expected = fmt::format("a whole number from {} to {}", field.word_for_all.empty() ? field.least : -1,
                                    field.most);
  if (!json.is_number_integer()) return wrong(field, expected);
  // Numbers above the range of a signed one are stored unsigned; clamped, they are out of bounds as well.
  const auto number = json.is_number_unsigned()
                          ? static_cast<std::int64_t>(std::min<std::uint64_t>(json.get<std::uint64_t>(), 1ULL << 40))
                          : json.get<std::int64_t>();
  const bool stands_for_all = number == -1 && !field.word_for_all.empty();
  if (!stands_for_all && (number < field.least || number > field.most)) return wrong(field, expected);
  return static_cast<int>(number);
}

Result<FieldValue> texts_of(const Field& field, const Json& json) {
  std::vector<std::string> texts;
  if (!json.is_array()) return wrong(field, "a list of texts");
  for (const auto& text : json) {
    if (!text.is_string()) return wrong(field, "a list of texts");
    texts.push_back(text.get<std::string>());
  }
  return FieldValue(texts);
}

Result<FieldValue> counts_of(const Field& field, const Json& json) {
  std::map<std::string, int> counts;
  if (!json.is_object()) return wrong(field, "an object of whole numbers");
  for (const auto& [name, count] : json.items()) {
    DIVIO_TRY(number, number_of(field, count));
    counts[name] = number;
  }
  return FieldValue(counts);
}

Result<FieldValue> choice_of(const Field& field, const Json& json) {
  const auto& choices = field.access.choices;
  if (json.is_string() && std::ranges::find(choices, json.get<std::string>()) != choices.end())
    return FieldValue(json.get<std::string>());
  return wrong(field, "one of " + join(std::vector<std::string>(choices.begin(), choices.end()), ", "));
}

Result<FieldValue> duration_of(const Field& field, const Json& json) {
  constexpr std::int64_t longest = 3650LL * 86'400'000;
  if (!json.is_number_integer() || json < 0 || json > longest) return wrong(field, "a number of milliseconds");
  return FieldValue(std::chrono::milliseconds(json.get<std::int64_t>()));
}

Result<FieldValue> value_of(const Field& field, const Json& json) {
  switch (field.access.kind) {
    case Kind::flag:
      if (!json.is_boolean()) return wrong(field, "true or false");
      return FieldValue(json.get<bool>());
    case Kind::number: {
      DIVIO_TRY(number, number_of(field, json));
      return FieldValue(number);
    }
    case Kind::text:
    case Kind::secret:
      if (!json.is_string()) return wrong(field, "a text");
      return FieldValue(json.get<std::string>());
    case Kind::duration: return duration_of(field, json);
    case Kind::texts: return texts_of(field, json);
    case Kind::counts: return counts_of(field, json);
    case Kind::choice: return choice_of(field, json);
  }
  return fail(ErrorCode::bug, fmt::format("field {} is of no known kind", field.name));
}

Result<const Field*> field_named(std::span<const Field> fields, const std::string& member) {
  std::vector<std::string> known;
  for (const auto& field : fields) {
    if (member_name(field) == member) return &field;
    known.push_back(member_name(field));
  }
  const auto near = nearest(member, known);
  return fail(ErrorCode::invalid, fmt::format("unknown member '{}'", member),
              near ? fmt::format("did you mean '{}'?", *near) : "");
}

}  // namespace

std::string write_request(std::span<const Field> fields, const void* request) {
  auto object = Json::object();
  for (const auto& field : fields)
    if (auto json = json_of(field.access.get(request)); !json.is_null()) object[member_name(field)] = std::move(json);
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<void> read_request(std::span<const Field> fields, std::string_view text, void* request) {
  const auto object = Json::parse(text, nullptr, false);
  if (!object.is_object()) return fail(ErrorCode::invalid, "the request is not a JSON object");
  for (const auto& [member, json] : object.items()) {
    DIVIO_TRY(field, field_named(fields, member));
    DIVIO_TRY(value, value_of(*field, json));
    field->access.set(request, value);
  }
  return {};
}

}  // namespace divio::wire
