#include "storage/s3_answers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "storage/xml.hpp"
#include "support/percent.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::storage {
namespace {

Failure not_s3(std::string_view what) {
  return fail(ErrorCode::failed, fmt::format("the answer of the S3 storage {}", what),
              "is the endpoint that of an S3 storage, and not of its web page?");
}

// Spaces are '+' in what encoding-type=url gives.
std::optional<std::string> decoded(std::string text) {
  std::ranges::replace(text, '+', ' ');
  return percent_decode(text);
}

Result<ports::ObjectInfo> read_object(const XmlElement& element, bool encoded) {
  ports::ObjectInfo info;
  const auto key = encoded ? decoded(element.text_of("Key")) : std::optional(element.text_of("Key"));
  const auto size = element.text_of("Size");
  const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), info.bytes);
  if (!key || key->empty() || error != std::errc{} || end != size.data() + size.size())
    return not_s3("lists an object without key or size");
  info.key = *key;
  DIVIO_ASSIGN(info.modified_at, model::parse_rfc3339(element.text_of("LastModified")));
  info.tag = bare_tag(element.text_of("ETag"));
  return info;
}

}  // namespace

Result<ports::ObjectPage> read_page(std::string_view xml) {
  const auto root = read_xml(xml);
  if (!root || root->name != "ListBucketResult") return not_s3("is no list of objects");
  ports::ObjectPage page;
  const bool encoded = root->text_of("EncodingType") == "url";
  for (const auto& child : root->children) {
    if (child.name != "Contents") continue;
    DIVIO_TRY(object, read_object(child, encoded));
    page.objects.push_back(std::move(object));
  }
  if (root->text_of("IsTruncated") == "true") {
    page.next = root->text_of("NextContinuationToken");
    if (page.next.empty()) return not_s3("is a part of a list and does not say how it goes on");
  }
  return page;
}

Result<std::string> read_upload_id(std::string_view xml) {
  const auto root = read_xml(xml);
  if (!root || root->name != "InitiateMultipartUploadResult") return not_s3("does not begin an upload");
  auto id = root->text_of("UploadId");
  if (id.empty()) return not_s3("begins an upload without an id");
  return id;
}

Result<std::string> read_copied_tag(std::string_view xml) {
  const auto root = read_xml(xml);
  if (root && root->name == "CopyObjectResult") return bare_tag(root->text_of("ETag"));
  const auto code = root && root->name == "Error" ? root->text_of("Code") : std::string();
  return fail(ErrorCode::failed, fmt::format("the S3 storage could not copy an object{}{}", code.empty() ? "" : ": ", code), "try again");
}

std::string complete_upload_xml(const std::vector<std::string>& tags) {
  std::string xml = "<CompleteMultipartUpload>";
  for (std::size_t i = 0; i < tags.size(); ++i)
    xml += fmt::format("<Part><PartNumber>{}</PartNumber><ETag>\"{}\"</ETag></Part>", i + 1, xml_text(tags[i]));
  return xml + "</CompleteMultipartUpload>";
}

Result<model::TimePoint> read_http_date(std::string_view text) {
  using namespace std::chrono;
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  int day_number = 0, year_number = 0, hour = 0, minute = 0, second = 0;
  std::array<char, 4> month_name{};
  const auto read = std::sscanf(std::string(text).c_str(), "%*3c, %2d %3c %4d %2d:%2d:%2d GMT",  // NOLINT: count is checked
                                &day_number, month_name.data(), &year_number, &hour, &minute, &second);
  const auto* found = std::ranges::find(months, std::string_view(month_name.data(), 3));
  const auto date = year(year_number) / (static_cast<int>(found - months.begin()) + 1) / day_number;
  if (read != 6 || found == months.end() || !date.ok()) return not_s3(fmt::format("has '{}' for a date", text));
  return model::TimePoint(sys_days(date) + hours(hour) + minutes(minute) + seconds(second));
}

std::string bare_tag(std::string_view text) {
  text = trim(text);
  if (text.starts_with("W/")) text.remove_prefix(2);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  return std::string(text);
}

}  // namespace divio::storage
