// Percent-encoding (RFC 3986, 2.1) of parts of URLs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace divio {

// Encodes every byte but the unreserved characters and those in `kept`.
[[nodiscard]] std::string percent_encode(std::string_view text, std::string_view kept = {});

// nullopt if a '%' is not followed by two hexadecimal digits.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);

}  // namespace divio
