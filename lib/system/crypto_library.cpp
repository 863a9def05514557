#include "system/crypto_library.hpp"

#include "support/try.hpp"
#include "system/shared_library.hpp"

namespace divio::system {
namespace {

Result<CryptoLibrary> load() {
  DIVIO_TRY(library, SharedLibrary::open(DIVIO_CRYPTO_SONAME));
  CryptoLibrary crypto;
#define DIVIO_CRYPTO_LOAD(name) DIVIO_CHECK(library.load(crypto.name, #name));
  DIVIO_CRYPTO_FUNCTIONS(DIVIO_CRYPTO_LOAD)
#undef DIVIO_CRYPTO_LOAD
  return crypto;
}

}  // namespace

Result<const CryptoLibrary*> crypto_library() {
  static const Result<CryptoLibrary> loaded = load();
  if (!loaded) return Failure(loaded.error());
  return &*loaded;
}

}  // namespace divio::system
