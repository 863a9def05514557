// The headers of the library's rooms are its own affair.
#ifdef WELL_FORMED
#include <divio/platform.hpp>
#else
#include <platform/parts.hpp>
#endif

void nothing();
void nothing() {}
