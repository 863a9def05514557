// What S3 answers, and what it is told in XML. Pure. After Amazon's "S3 API Reference".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "divio/result.hpp"
#include "ports/object_storage.hpp"

namespace divio::storage {

// ListBucketResult, asked for with encoding-type=url.
[[nodiscard]] Result<ports::ObjectPage> read_page(std::string_view xml);

// The id of the upload that was begun.
[[nodiscard]] Result<std::string> read_upload_id(std::string_view xml);

// The tag of what CopyObject made, which can answer 200 with an error.
[[nodiscard]] Result<std::string> read_copied_tag(std::string_view xml);

// The whole of its parts, in order, by their tags.
[[nodiscard]] std::string complete_upload_xml(const std::vector<std::string>& tags);

// "Mon, 23 Nov 2026 04:08:58 GMT" (RFC 9110, 5.6.7)
[[nodiscard]] Result<model::TimePoint> read_http_date(std::string_view text);

// A tag as it stands in answers, without its quotes.
[[nodiscard]] std::string bare_tag(std::string_view text);

}  // namespace divio::storage
