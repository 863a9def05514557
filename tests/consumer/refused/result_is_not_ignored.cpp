// Whoever calls what can fail has to look at how it went (compiled with -Werror).
#include <divio/platform.hpp>

void open(const divio::Settings& settings) {
#ifdef WELL_FORMED
  if (!divio::Platform::open(settings)) return;
#else
  divio::Platform::open(settings);
#endif
}
