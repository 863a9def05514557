// What visitors see when no project answers them. Pure.
#pragma once

#include <string>
#include <string_view>

#include "model/names.hpp"

namespace divio::ingress {

// `http-request return` rules with the condition (a HAProxy condition, or empty): a self-contained HTML page for
// browsers, two lines of text for everybody else.
[[nodiscard]] std::string unknown_host_rules(std::string_view condition);                                   // 404
[[nodiscard]] std::string not_running_rules(std::string_view condition);                                    // 503
[[nodiscard]] std::string no_instance_rules(const model::EnvironmentKey& key, std::string_view condition);  // 503
[[nodiscard]] std::string too_large_rules(std::string_view condition);                                      // 413
[[nodiscard]] std::string too_many_rules(std::string_view condition);                                       // 503

// `http-error` lines for what goes wrong with a request on its way: 502, 503 and 504.
[[nodiscard]] std::string error_pages();

}  // namespace divio::ingress
