// What the server answers, path by path.
#pragma once

#include "connection.hpp"

namespace hello {

// Answers one request; false when the connection is to be closed.
bool serve(Connection& connection, const Request& request);

// True once /hang was asked for, or from the start with HELLO_FAIL=hang: nothing is answered any more.
bool hanging();

}  // namespace hello
