#include "backups/zstd_library.hpp"

#include "support/try.hpp"
#include "system/shared_library.hpp"

namespace divio::backups {
namespace {

Result<ZstdLibrary> load_zstd() {
  DIVIO_TRY(library, system::SharedLibrary::open("libzstd.so.1"));
  ZstdLibrary zstd;
#define DIVIO_ZSTD_LOAD(name) DIVIO_CHECK(library.load(zstd.name, "ZSTD_" #name));
  DIVIO_ZSTD_FUNCTIONS(DIVIO_ZSTD_LOAD)
#undef DIVIO_ZSTD_LOAD
  return zstd;
}

}  // namespace

Result<const ZstdLibrary*> zstd_library() {
  static const Result<ZstdLibrary> loaded = load_zstd();
  if (!loaded) return Failure(loaded.error());
  return &*loaded;
}

}  // namespace divio::backups
