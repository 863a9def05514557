#include "storage/s3_request.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "support/ids.hpp"
#include "support/percent.hpp"
#include "support/try.hpp"

namespace divio::storage {
namespace {

bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_bucket(std::string_view name) {
  return name.size() >= 3 && name.size() <= 63 && is_lower_or_digit(name.front()) && is_lower_or_digit(name.back()) &&
         std::ranges::all_of(name, [](char c) { return is_lower_or_digit(c) || c == '-' || c == '.'; });
}

bool is_word(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

Result<void> check_settings(const S3Settings& settings) {
  if (!is_bucket(settings.bucket))
    return fail(ErrorCode::invalid, fmt::format("'{}' is no name of a bucket", settings.bucket),
                "3 to 63 of a-z, 0-9, '-' and '.'");
  if (!is_word(settings.region) || settings.region.find(':') != std::string::npos)
    return fail(ErrorCode::invalid, fmt::format("'{}' is no region of an S3 storage", settings.region),
                "one word such as eu-central-1; the provider says which");
  if (!is_word(settings.access_key))
    return fail(ErrorCode::invalid, "the S3 access key id is missing or has blanks in it",
                "give it as the provider shows it beside the bucket's key pair");
  if (!is_word(settings.secret_key.reveal()))
    return fail(ErrorCode::invalid, "the S3 secret key is missing or has blanks in it",
                "give it on standard input, as the provider showed it when the key pair was made");
  return {};
}

}  // namespace

Result<S3Place> place_of(const S3Settings& settings) {
  DIVIO_CHECK(check_settings(settings));
  S3Place place;
  std::string_view rest = settings.endpoint;
  const auto scheme = rest.substr(0, rest.find("://"));
  const auto wrong = [&] {
    return fail(ErrorCode::invalid, fmt::format("'{}' is no S3 endpoint", settings.endpoint),
                "it looks like https://s3.eu-central-1.amazonaws.com, without the bucket");
  };
  if (scheme != "https" && scheme != "http") return wrong();
  place.tls = scheme == "https";
  rest.remove_prefix(scheme.size() + 3);
  const auto host = rest.substr(0, rest.find('/'));
  auto path = rest.substr(host.size());
  while (path.ends_with('/')) path.remove_suffix(1);
  if (!is_word(host) || host.find_first_of("@?#\\") != std::string_view::npos) return wrong();
  if (path.find_first_of("?#% ") != std::string_view::npos) return wrong();
  place.host = settings.path_style ? std::string(host) : fmt::format("{}.{}", settings.bucket, host);
  place.base_path = settings.path_style ? fmt::format("{}/{}", path, settings.bucket) : std::string(path);
  return place;
}

std::string s3_path(const S3Place& place, std::string_view key, const Query& query) {
  auto path = place.base_path;
  if (!key.empty() || path.empty()) path += "/" + percent_encode(key, "/");
  char separator = '?';
  for (const auto& [name, value] : query) {
    path += fmt::format("{}{}={}", separator, percent_encode(name), percent_encode(value));
    separator = '&';
  }
  return path;
}

std::vector<std::string> s3_headers(std::string_view body) {
  return {"Content-Type: application/octet-stream", "x-amz-content-sha256: " + sha256_hex(body)};
}

std::string range_header(const ports::ByteRange& range) {
  if (!range.bytes) return fmt::format("bytes={}-", range.from);
  return fmt::format("bytes={}-{}", range.from, range.from + *range.bytes - 1);
}

}  // namespace divio::storage
