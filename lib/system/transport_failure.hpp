// Why no answer came to a request.
#pragma once

#include <string>

namespace divio::system {

struct TransportFailure {
  int os_error = 0;           // errno of the connection attempt; 0: unknown or none
  bool connected = false;     // the connection was there, and the answer is what failed to come
  bool timed_out = false;     // within the time given
  bool certificates = false;  // one side does not accept the other's TLS certificate
  std::string text;           // libcurl's words
  bool sent = false;          // the request, or a part of it, may have reached the server
  bool passed_on = false;     // a part of the answer's body has gone to the sink
};

}  // namespace divio::system
