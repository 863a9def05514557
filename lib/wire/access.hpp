// Builds the Access of a field from pointers to members: access<Request, &Request::code, &CodeSelection::reference>().
#pragma once

#include <type_traits>

#include "divio/secret.hpp"
#include "wire/field.hpp"

namespace divio::wire {

// How a type of member becomes a FieldValue and back. Enums specialise it with their names.
template <class Member>
struct FieldType {
  static constexpr Kind kind = std::is_same_v<Member, bool>                        ? Kind::flag
                               : std::is_same_v<Member, int>                       ? Kind::number
                               : std::is_same_v<Member, std::chrono::milliseconds> ? Kind::duration
                               : std::is_same_v<Member, std::string>               ? Kind::text
                               : std::is_same_v<Member, std::vector<std::string>>  ? Kind::texts
                                                                                   : Kind::counts;
  static constexpr std::span<const std::string_view> choices = {};
  static FieldValue get(const Member& member) { return member; }
  static void set(Member& member, const FieldValue& value) { member = std::get<Member>(value); }
};

template <>
struct FieldType<std::optional<int>> {
  static constexpr Kind kind = Kind::number;
  static constexpr std::span<const std::string_view> choices = {};
  static FieldValue get(const std::optional<int>& member) { return member ? FieldValue(*member) : FieldValue(); }
  static void set(std::optional<int>& member, const FieldValue& value) { member = std::get<int>(value); }
};

template <>
struct FieldType<std::optional<std::string>> {
  static constexpr Kind kind = Kind::text;
  static constexpr std::span<const std::string_view> choices = {};
  static FieldValue get(const std::optional<std::string>& member) { return member ? FieldValue(*member) : FieldValue(); }
  static void set(std::optional<std::string>& member, const FieldValue& value) { member = std::get<std::string>(value); }
};

template <>
struct FieldType<Secret> {
  static constexpr Kind kind = Kind::secret;
  static constexpr std::span<const std::string_view> choices = {};
  static FieldValue get(const Secret&) { return std::string(Secret::redacted); }
  static void set(Secret& member, const FieldValue& value) { member = Secret(std::get<std::string>(value)); }
};

// Enums whose `names` is an array of string_view in the order of the enumerators, which begin at 0.
template <class Enum, const auto& names>
struct EnumField {
  static constexpr Kind kind = Kind::choice;
  static constexpr std::span<const std::string_view> choices = names;
  static FieldValue get(const Enum& member) { return std::string(names.at(static_cast<std::size_t>(member))); }
  static void set(Enum& member, const FieldValue& value) {
    for (std::size_t i = 0; i < names.size(); ++i)
      if (names[i] == std::get<std::string>(value)) member = static_cast<Enum>(i);
  }
};

template <class Request, auto... path>
constexpr Access access() {
  using Member = std::remove_cvref_t<decltype((std::declval<Request&>() .* ... .* path))>;
  using Type = FieldType<Member>;
  return {Type::kind, Type::choices,
          [](const void* request) { return Type::get((*static_cast<const Request*>(request) .* ... .* path)); },
          [](void* request, const FieldValue& value) {
            Type::set((*static_cast<Request*>(request) .* ... .* path), value);
          },
          [] {
            const Request untouched{};
            return Type::get((untouched .* ... .* path));
          }};
}

// An options struct with the values by which a command line or a JSON object deviates from its defaults.
template <class Options, class Values>
Options read_options(const Values& values) {
  Options options{};
  for (const Field& field : fields_of<Options>())
    if (const auto found = values.find(field.name); found != values.end()) field.access.set(&options, found->second);
  return options;
}

}  // namespace divio::wire
