// A Secret does not turn into a text by itself.
#include <divio/secret.hpp>
#include <string>

std::string text_of(const divio::Secret& secret) {
#ifdef WELL_FORMED
  return secret.reveal();
#else
  return secret;
#endif
}
