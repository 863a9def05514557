// Who a side of a relay is: a key, and a certificate of it that it signs itself. The other side trusts this certificate
// and no other, so there is no authority whose key would have to be kept, and trust ends when the other side forgets it.
#pragma once

#include <string>

#include "divio/result.hpp"
#include "divio/secret.hpp"

namespace divio::migration::relay {

struct Identity {
  std::string certificate;  // PEM
  Secret key;               // PEM, PKCS #8
};

// Made anew at each call, from libcrypto: a key on the curve P-256, and a certificate (X.509, RFC 5280) for `name`, good
// for both ends of TLS. It never ends by itself: a stream of data that stops on some day is worse than a certificate
// that nobody trusts any more, and clocks of hosts may be wrong. `name` is a DNS name, and may begin with "*.".
// Safe from several threads. failed where libcrypto is not there or refuses.
[[nodiscard]] Result<Identity> make_identity(const std::string& name);

}  // namespace divio::migration::relay
