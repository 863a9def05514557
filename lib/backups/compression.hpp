// zstd (RFC 8878) as bytes flow by, with at most a few megabytes in memory. One thread at a time; `sink` must outlive it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "ports/streams.hpp"

namespace divio::backups {

struct ZstdLibrary;

class Compressor {
 public:
  // Fails where libzstd is not installed.
  [[nodiscard]] static Result<Compressor> begin(const ports::ByteSink& sink);

  [[nodiscard]] Result<void> write(std::string_view bytes);
  [[nodiscard]] Result<void> finish();

 private:
  Compressor(const ZstdLibrary& library, std::shared_ptr<void> context, const ports::ByteSink& sink);
  [[nodiscard]] Result<void> drive(std::string_view bytes, bool end);

  const ZstdLibrary* library_;
  std::shared_ptr<void> context_;
  const ports::ByteSink* sink_;
  std::string room_;
};

class Decompressor {
 public:
  [[nodiscard]] static Result<Decompressor> begin(const ports::ByteSink& sink);

  // invalid for what is no zstd, or needs more than 8 MiB of memory, which nothing that Compressor wrote does.
  [[nodiscard]] Result<void> write(std::string_view bytes);
  // invalid for what ends too early.
  [[nodiscard]] Result<void> finish();

 private:
  Decompressor(const ZstdLibrary& library, std::shared_ptr<void> context, const ports::ByteSink& sink);

  const ZstdLibrary* library_;
  std::shared_ptr<void> context_;
  const ports::ByteSink* sink_;
  std::string room_;
  std::size_t wanted_ = 1;  // 0: at the end of a frame
};

}  // namespace divio::backups
