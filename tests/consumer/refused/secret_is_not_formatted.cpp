// A Secret cannot be formatted by accident.
#include <divio/secret.hpp>
#include <fmt/format.h>

std::string show(const divio::Secret& secret) {
#ifdef WELL_FORMED
  return fmt::format("{}", secret.reveal());
#else
  return fmt::format("{}", secret);
#endif
}
