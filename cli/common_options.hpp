// Options that every command understands, before and after its name. The target (-C, -e, --project) is one of them; its
// fields are the library's.
#pragma once

#include <array>
#include <chrono>
#include <span>
#include <vector>

#include "wire/access.hpp"
#include "wire/request_fields.hpp"

namespace divio::cli {

enum class OutputFormat { text, json };

struct CommonOptions {
  OutputFormat output = OutputFormat::text;
  bool dry_run = false;
  bool yes = false;
  bool quiet = false;
  bool no_color = false;
  std::chrono::milliseconds timeout{0};
  std::chrono::milliseconds lock_wait{0};
  bool help = false;

  static std::span<const wire::Field> fields();
};

// The fields of the target and of CommonOptions.
[[nodiscard]] std::vector<std::span<const wire::Field>> common_fields();

}  // namespace divio::cli

namespace divio::wire {

inline constexpr std::array<std::string_view, 2> output_format_names{"text", "json"};
template <>
struct FieldType<cli::OutputFormat> : EnumField<cli::OutputFormat, output_format_names> {};

}  // namespace divio::wire
