// Why there is no TLS connection to an engine, as an Error.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "divio/result.hpp"
#include "model/time.hpp"

namespace divio::engines {

// What is wrong with our own files, in the folder of ca.pem, cert.pem and key.pem, at the time `now`: "/certs/ca.pem is
// not there", "our certificate /certs/cert.pem expired on 2026-11-02". nullopt: nothing that shows. Reads the files.
[[nodiscard]] std::optional<std::string> trouble_of_files(const std::string& folder, model::TimePoint now);

// `said` is what the TLS library says. Pure.
[[nodiscard]] Error no_tls(const std::string& address, const std::optional<std::string>& own_trouble,
                           std::string_view said);

}  // namespace divio::engines
