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

Failure wrong_member(const Field& field, std::string_view expected) {
  return fail(ErrorCode::invalid, fmt::format("'{}' must be {}", member_name(field), expected));
}

Result<int> number_of(const Field& field, const Json& value) {
  const auto expected = fmt::format("a whole number from {} to {}", field.word_for_all.empty() ? field.least : -1,
                                    field.most);
  if (!value.is_number_integer()) return wrong_member(field, expected);
  // Numbers above the range of a signed one are stored unsigned; clamped, they are out of bounds as well.
  const auto number = value.is_number_unsigned()
                          ? static_cast<std::int64_t>(std::min<std::uint64_t>(value.get<std::uint64_t>(), 1ULL << 40))
                          : value.get<std::int64_t>();
  const bool stands_for_all = number == -1 && !field.word_for_all.empty();
  if (!stands_for_all && (number < field.least || number > field.most)) return wrong_member(field, expected);
  return static_cast<int>(number);
}

Result<FieldValue> texts_of(const Field& field, const Json& value) {
  std::vector<std::string> texts;
  if (!value.is_array()) return wrong_member(field, "a list of texts");
  for (const auto& text : value) {
    if (!text.is_string()) return wrong_member(field, "a list of texts");
    texts.push_back(text.get<std::string>());
  }
  return FieldValue(texts);
}

Result<FieldValue> counts_of(const Field& field, const Json& value) {
  std::map<std::string, int> counts;
  if (!value.is_object()) return wrong_member(field, "an object of whole numbers");
  for (const auto& [name, count] : value.items()) {
    DIVIO_TRY(number, number_of(field, count));
    counts[name] = number;
  }
  return FieldValue(counts);
}

Result<FieldValue> choice_of(const Field& field, const Json& value) {
  const auto& choices = field.access.choices;
  if (value.is_string() && std::ranges::find(choices, value.get<std::string>()) != choices.end())
    return FieldValue(value.get<std::string>());
  return wrong_member(field, "one of " + join(std::vector<std::string>(choices.begin(), choices.end()), ", "));
}

Result<FieldValue> duration_of(const Field& field, const Json& value) {
  constexpr std::int64_t longest = 3650LL * 86'400'000;
  if (!value.is_number_integer() || value < 0 || value > longest) return wrong_member(field, "a number of milliseconds");
  return FieldValue(std::chrono::milliseconds(value.get<std::int64_t>()));
}

Result<FieldValue> value_of(const Field& field, const Json& value) {
  switch (field.access.kind) {
    case Kind::flag:
      if (!value.is_boolean()) return wrong_member(field, "true or false");
      return FieldValue(value.get<bool>());
    case Kind::number: {
      DIVIO_TRY(number, number_of(field, value));
      return FieldValue(number);
    }
    case Kind::text:
    case Kind::secret:
      if (!value.is_string()) return wrong_member(field, "a text");
      return FieldValue(value.get<std::string>());
    case Kind::duration: return duration_of(field, value);
    case Kind::texts: return texts_of(field, value);
    case Kind::counts: return counts_of(field, value);
    case Kind::choice: return choice_of(field, value);
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
    if (auto value = json_of(field.access.get(request)); !value.is_null()) object[member_name(field)] = std::move(value);
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<void> read_request(std::span<const Field> fields, std::string_view text, void* request) {
  const auto object = Json::parse(text, nullptr, false);
  if (!object.is_object()) return fail(ErrorCode::invalid, "the request is not a JSON object");
  for (const auto& [member, given] : object.items()) {
    DIVIO_TRY(field, field_named(fields, member));
    DIVIO_TRY(value, value_of(*field, given));
    field->access.set(request, value);
  }
  return {};
}

}  // namespace divio::wire
