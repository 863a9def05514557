#include "migration/redis/comparing.hpp"

#include <fmt/format.h>

#include "migration/numbers.hpp"
#include "support/ids.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::migration::redis {
namespace {

constexpr std::size_t longest_name = 80;

std::uint64_t number_of_hex(std::string_view digits) {
  std::uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  return number;
}

bool is_number(std::string_view text) { return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos; }

// Takes the first line off.
std::string_view take_line(std::string_view& text) {
  const auto end = text.find('\n');
  const auto line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return trim(line);
}

}  // namespace

Sums parse_sums(std::string_view answer) {
  Sums sums;
  while (!answer.empty()) {
    const auto line = take_line(answer);
    const auto blank = line.find(' ');
    if (blank != std::string_view::npos) sums.emplace(line.substr(0, blank), line.substr(blank + 1));
  }
  return sums;
}

Result<SeenKeys> parse_still(std::string_view answer) {
  const auto offset = take_line(answer);
  if (!is_number(offset)) return fail(ErrorCode::failed, "the server gave no answer about its keys", std::string(offset).substr(0, 200));
  return SeenKeys{{}, number_in<std::uint64_t>(offset), parse_sums(answer)};
}

Result<SeenKeys> parse_batch(std::string_view answer) {
  const auto cursor = take_line(answer);
  if (!is_number(cursor)) return fail(ErrorCode::failed, "the server gave no answer about its keys", std::string(cursor).substr(0, 200));
  DIVIO_TRY(seen, parse_still(answer));
  seen.cursor = cursor;
  return seen;
}

void KeysSum::add(std::string_view key, std::string_view sum) {
  const auto hash = sha256_hex(fmt::format("{} {}", key, sum));
  high_ += number_of_hex(std::string_view(hash).substr(0, 16));
  low_ += number_of_hex(std::string_view(hash).substr(16, 16));
}

std::string KeysSum::text() const { return fmt::format("{:016x}{:016x}", high_, low_); }

std::string readable_key(std::string_view hexadecimal) {
  std::string text;
  for (std::size_t at = 0; at + 1 < hexadecimal.size() && text.size() < longest_name; at += 2) {
    const auto c = static_cast<char>(number_of_hex(hexadecimal.substr(at, 2)));
    if (c >= ' ' && c <= '~' && c != '\\') text += c;
    else text += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
  return text.size() < longest_name ? text : text + "...";
}

}  // namespace divio::migration::redis
