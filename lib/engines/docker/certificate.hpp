// The days of an X.509 certificate, for saying that one has expired where the other side only says that it is bad.
// Pure.
#pragma once

#include <optional>
#include <string_view>

#include "model/time.hpp"

namespace divio::engines {

struct Validity {
  model::TimePoint from;
  model::TimePoint until;
};

// Of the first certificate in a PEM file (RFC 7468); nullopt where there is none that can be read (RFC 5280, 4.1.2.5).
[[nodiscard]] std::optional<Validity> validity_of(std::string_view pem);

}  // namespace divio::engines
