// Sealing of data as it flows by: libsodium's secretstream (XChaCha20-Poly1305) in pieces of 64 KiB. What was cut off,
// changed, put in another order or taken from another place is found: the last piece is marked as such, and each is bound to
// where the data belongs. One thread at a time; `sink` must outlive it.
//
// Form: "DIVIOBK1", the header of the stream (24 bytes), pieces of 64 KiB and 17 bytes, a last one that may be shorter.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "divio/secret.hpp"
#include "ports/streams.hpp"

namespace divio::backups {

class Sealer {
 public:
  // `key` is 32 bytes, `place` what the data is: "shop/live 20261123-063512-4f2a default".
  Sealer(const Secret& key, std::string place, const ports::ByteSink& sink);
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;
  ~Sealer();

  [[nodiscard]] Result<void> write(std::string_view bytes);
  [[nodiscard]] Result<void> finish();

 private:
  [[nodiscard]] Result<void> seal(std::string_view piece, bool last);
  struct State;
  std::unique_ptr<State> state_;
  std::string place_;
  const ports::ByteSink& sink_;
  std::string waiting_;
};

class Opener {
 public:
  Opener(const Secret& key, std::string place, const ports::ByteSink& sink);
  Opener(const Opener&) = delete;
  Opener& operator=(const Opener&) = delete;
  ~Opener();

  // Passes on only what is proved to be right. refused for what is not.
  [[nodiscard]] Result<void> write(std::string_view bytes);
  // refused where the last piece is missing.
  [[nodiscard]] Result<void> finish();

 private:
  [[nodiscard]] Result<void> begin();
  [[nodiscard]] Result<void> open(std::string_view piece, bool last);
  struct State;
  std::unique_ptr<State> state_;
  std::string place_;
  const ports::ByteSink& sink_;
  std::string waiting_;
  bool begun_ = false;
};

}  // namespace divio::backups
