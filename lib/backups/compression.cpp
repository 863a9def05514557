#include "backups/compression.hpp"

#include <fmt/format.h>

#include <new>

#include "backups/zstd_library.hpp"
#include "support/try.hpp"

namespace divio::backups {
namespace {

constexpr std::size_t room = std::size_t{128} * 1024;
constexpr int level = 3;         // faster than a disk or a network, and within a tenth of what more effort gives
constexpr int largest_window = 23;  // 8 MiB, as the logarithm to the base 2

Failure damaged(std::string_view why) {
  return fail(ErrorCode::invalid, fmt::format("compressed data is damaged: {}", why), "use another backup");
}

Failure no_memory() { return fail(ErrorCode::failed, "there is not enough memory to compress", "free some memory"); }

}  // namespace

Compressor::Compressor(const ZstdLibrary& library, std::shared_ptr<void> context, const ports::ByteSink& sink)
    : library_(&library), context_(std::move(context)), sink_(&sink), room_(room, '\0') {}

Result<Compressor> Compressor::begin(const ports::ByteSink& sink) {
  DIVIO_TRY(library, zstd_library());
  auto* context = library->createCCtx();
  if (context == nullptr) return no_memory();
  std::shared_ptr<void> owned(context, [library](void* it) { library->freeCCtx(static_cast<ZSTD_CCtx*>(it)); });
  library->CCtx_setParameter(context, ZSTD_c_compressionLevel, level);
  library->CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  return Compressor(*library, std::move(owned), sink);
}

Result<void> Compressor::drive(std::string_view bytes, bool end) {
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  while (true) {
    ZSTD_outBuffer out{room_.data(), room_.size(), 0};
    const auto left = library_->compressStream2(static_cast<ZSTD_CCtx*>(context_.get()), &out, &in, end ? ZSTD_e_end : ZSTD_e_continue);
    if (library_->isError(left) != 0)
      return fail(ErrorCode::failed, fmt::format("cannot compress: {}", library_->getErrorName(left)));
    if (out.pos > 0) DIVIO_CHECK((*sink_)(std::string_view(room_.data(), out.pos)));
    if (end ? left == 0 : in.pos == in.size) return {};
  }
}

Result<void> Compressor::write(std::string_view bytes) { return drive(bytes, false); }

Result<void> Compressor::finish() { return drive({}, true); }

Decompressor::Decompressor(const ZstdLibrary& library, std::shared_ptr<void> context, const ports::ByteSink& sink)
    : library_(&library), context_(std::move(context)), sink_(&sink), room_(room, '\0') {}

Result<Decompressor> Decompressor::begin(const ports::ByteSink& sink) {
  DIVIO_TRY(library, zstd_library());
  auto* context = library->createDCtx();
  if (context == nullptr) return no_memory();
  std::shared_ptr<void> owned(context, [library](void* it) { library->freeDCtx(static_cast<ZSTD_DCtx*>(it)); });
  library->DCtx_setParameter(context, ZSTD_d_windowLogMax, largest_window);
  return Decompressor(*library, std::move(owned), sink);
}

Result<void> Decompressor::write(std::string_view bytes) {
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  bool full = false;  // there may be more to come out, though all has gone in
  while (in.pos < in.size || full) {
    ZSTD_outBuffer out{room_.data(), room_.size(), 0};
    wanted_ = library_->decompressStream(static_cast<ZSTD_DCtx*>(context_.get()), &out, &in);
    if (library_->isError(wanted_) != 0) return damaged(library_->getErrorName(wanted_));
    if (out.pos > 0) DIVIO_CHECK((*sink_)(std::string_view(room_.data(), out.pos)));
    full = out.pos == out.size && wanted_ != 0;
  }
  return {};
}

Result<void> Decompressor::finish() {
  if (wanted_ != 0) return damaged("it ends too early");
  return {};
}

}  // namespace divio::backups
