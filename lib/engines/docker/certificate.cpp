#include "engines/docker/certificate.hpp"

#include <fmt/format.h>

#include <string>

namespace divio::engines {
namespace {

// The bytes between the first BEGIN CERTIFICATE and its END.
std::string bytes_of(std::string_view pem) {
  constexpr std::string_view begin = "-----BEGIN CERTIFICATE-----";
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const auto start = pem.find(begin);
  if (start == std::string_view::npos) return {};
  std::string bytes;
  unsigned bits = 0;
  int count = 0;
  for (const char c : pem.substr(start + begin.size())) {
    if (c == '-' || c == '=') break;
    const auto digit = digits.find(c);
    if (digit == std::string_view::npos) continue;
    bits = (bits << 6 | static_cast<unsigned>(digit)) & 0xffffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xff);
  }
  return bytes;
}

// A value of ASN.1 in its distinguished encoding: a tag, a length and as many bytes.
struct Value {
  unsigned char tag = 0;
  std::string_view content;
};

// Takes the first value off `rest`; nullopt where there is no whole one.
std::optional<Value> take(std::string_view& rest) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(rest[i]); };
  if (rest.size() < 2) return std::nullopt;
  std::size_t length = byte(1);
  std::size_t head = 2;
  if (length >= 0x80) {
    const std::size_t more = length & 0x7f;
    if (more == 0 || more > 4 || rest.size() < head + more) return std::nullopt;
    length = 0;
    for (std::size_t i = 0; i < more; ++i) length = length << 8 | byte(head + i);
    head += more;
  }
  if (rest.size() - head < length) return std::nullopt;
  const Value value{byte(0), rest.substr(head, length)};
  rest.remove_prefix(head + length);
  return value;
}

// UTCTime "YYMMDDhhmmssZ", whose years are 1950 to 2049, or GeneralizedTime "YYYYMMDDhhmmssZ".
std::optional<model::TimePoint> time_of(const Value& value) {
  constexpr unsigned char utc_time = 0x17;
  std::string text(value.content);
  if (value.tag == utc_time && text.size() == 13) text.insert(0, text < "50" ? "20" : "19");
  if (text.size() != 15 || text.back() != 'Z') return std::nullopt;
  const auto part = [&](std::size_t at) { return std::string_view(text).substr(at, 2); };
  const auto time = model::parse_rfc3339(
      fmt::format("{}-{}-{}T{}:{}:{}Z", text.substr(0, 4), part(4), part(6), part(8), part(10), part(12)));
  return time ? std::optional(*time) : std::nullopt;
}

}  // namespace

std::optional<Validity> validity_of(std::string_view pem) {
  constexpr unsigned char version = 0xa0;
  const auto bytes = bytes_of(pem);
  std::string_view rest = bytes;
  const auto certificate = take(rest);
  if (!certificate) return std::nullopt;
  rest = certificate->content;
  const auto signed_part = take(rest);
  if (!signed_part) return std::nullopt;
  rest = signed_part->content;
  auto field = take(rest);
  if (field && field->tag == version) field = take(rest);
  // serial number, signature's algorithm, issuer, validity
  for (int i = 0; i < 3 && field; ++i) field = take(rest);
  if (!field) return std::nullopt;
  rest = field->content;
  const auto from = take(rest);
  const auto until = take(rest);
  if (!from || !until) return std::nullopt;
  const auto first = time_of(*from);
  const auto last = time_of(*until);
  if (!first || !last) return std::nullopt;
  return Validity{*first, *last};
}

}  // namespace divio::engines
