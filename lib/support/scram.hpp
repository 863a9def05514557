// What PostgreSQL keeps of a password: a SCRAM-SHA-256 verifier (RFC 5802 and 7677; its text form is in PostgreSQL's
// documentation of pg_authid). Who reads it cannot log in with it, so it may be sent where a password may not.
#pragma once

#include <string>
#include <string_view>

namespace divio {

// `password` has to be printable ASCII, for which SASLprep changes nothing. The same salt gives the same text; use random
// bytes, 16 of them.
[[nodiscard]] std::string scram_verifier(std::string_view password, std::string_view salt);

}  // namespace divio
