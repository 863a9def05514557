// Requests as JSON objects, from the descriptions of their fields: for the journal and for HTTP.
#pragma once

#include <string>
#include <string_view>

#include "wire/field.hpp"

namespace divio::wire {

// `request` points to the struct that `fields` describe. Every field is written; secrets are redacted, and an optional
// value that is absent is left out.
[[nodiscard]] std::string write_request(std::span<const Field> fields, const void* request);

// Members that are missing keep what `request` holds. An unknown member, a value of another type or out of its bounds is
// `invalid`; no error repeats a value.
[[nodiscard]] Result<void> read_request(std::span<const Field> fields, std::string_view text, void* request);

template <class Request>
[[nodiscard]] std::string to_json(const Request& request) {
  return write_request(fields_of<Request>(), &request);
}

template <class Request>
[[nodiscard]] Result<Request> from_json(std::string_view text) {
  Request request{};
  if (auto read = read_request(fields_of<Request>(), text, &request); !read) return Failure(std::move(read).error());
  return request;
}

}  // namespace divio::wire
