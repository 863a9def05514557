// What S3's refusals and silences mean to people. Pure.
#pragma once

#include <string>
#include <string_view>

#include "divio/result.hpp"
#include "storage/storage.hpp"
#include "system/http.hpp"

namespace divio::storage {

// What an answer that is no success says. `key` is the object that it was about; empty: the bucket.
[[nodiscard]] Error error_of(const S3Settings& settings, const system::HttpResponse& answer, std::string_view key);

// Why none came.
[[nodiscard]] Error error_of(const S3Settings& settings, const system::TransportFailure& failure);

// An answer that says "not now": the same request may succeed in a moment.
[[nodiscard]] bool is_passing(const system::HttpResponse& answer);

// Some answers that begin as a success end as an error: what a failed one says in its body, else empty.
[[nodiscard]] std::string code_of(const system::HttpResponse& answer);

}  // namespace divio::storage
