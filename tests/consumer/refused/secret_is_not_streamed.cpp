// A Secret cannot be written to a stream by accident.
#include <divio/secret.hpp>
#include <iostream>

void show(const divio::Secret& secret) {
#ifdef WELL_FORMED
  std::cout << secret.reveal();
#else
  std::cout << secret;
#endif
}
