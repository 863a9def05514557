// libzstd, loaded when a backup is first made or read. Only its headers are compiled against.
#pragma once

#include <zstd.h>

#include "divio/result.hpp"

namespace divio::backups {

#define DIVIO_ZSTD_FUNCTIONS(X)                                                                          \
  X(createCCtx) X(freeCCtx) X(CCtx_setParameter) X(compressStream2) X(createDCtx) X(freeDCtx)            \
      X(DCtx_setParameter) X(decompressStream) X(isError) X(getErrorName)

// The functions in use, without their "ZSTD_".
struct ZstdLibrary {
#define DIVIO_ZSTD_MEMBER(name) decltype(&::ZSTD_##name) name = nullptr;  // NOLINT(bugprone-macro-parentheses)
  DIVIO_ZSTD_FUNCTIONS(DIVIO_ZSTD_MEMBER)
#undef DIVIO_ZSTD_MEMBER
};

// Loads it once; safe from several threads. The pointer stays valid until the process ends.
[[nodiscard]] Result<const ZstdLibrary*> zstd_library();

}  // namespace divio::backups
