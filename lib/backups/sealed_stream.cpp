#include "backups/sealed_stream.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include "backups/raw_bytes.hpp"
#include "support/try.hpp"

namespace divio::backups {
namespace {

constexpr std::string_view magic = "DIVIOBK1";
constexpr std::size_t header_bytes = crypto_secretstream_xchacha20poly1305_HEADERBYTES;
constexpr std::size_t plain = std::size_t{64} * 1024;
constexpr std::size_t sealed_piece = plain + crypto_secretstream_xchacha20poly1305_ABYTES;

Failure damaged(const std::string& place) {
  return fail(ErrorCode::refused, fmt::format("the data of backup {} is damaged, incomplete or sealed with another key", place),
              "use another backup; divioctl backup list shows them");
}

}  // namespace

struct Sealer::State {
  crypto_secretstream_xchacha20poly1305_state stream{};
  std::string header = std::string(header_bytes, '\0');
  bool told = false;  // the beginning was written
};

struct Opener::State {
  crypto_secretstream_xchacha20poly1305_state stream{};
  Secret key;
};

Sealer::Sealer(const Secret& key, std::string place, const ports::ByteSink& sink)
    : state_(std::make_unique<State>()), place_(std::move(place)), sink_(sink) {
  [[maybe_unused]] static const int ready = sodium_init();
  crypto_secretstream_xchacha20poly1305_init_push(&state_->stream, bytes_of(state_->header), bytes_of(key.reveal()));
}

Sealer::~Sealer() { sodium_memzero(&state_->stream, sizeof state_->stream); }

Result<void> Sealer::seal(std::string_view piece, bool last) {
  if (!std::exchange(state_->told, true)) DIVIO_CHECK(sink_(std::string(magic) + state_->header));
  std::string sealed(piece.size() + crypto_secretstream_xchacha20poly1305_ABYTES, '\0');
  const auto tag = last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
  crypto_secretstream_xchacha20poly1305_push(&state_->stream, bytes_of(sealed), nullptr, bytes_of(piece), piece.size(),
                                             bytes_of(place_), place_.size(), static_cast<unsigned char>(tag));
  return sink_(sealed);
}

Result<void> Sealer::write(std::string_view bytes) {
  while (waiting_.size() + bytes.size() > plain) {
    const auto fitting = plain - waiting_.size();
    waiting_ += bytes.substr(0, fitting);
    bytes.remove_prefix(fitting);
    DIVIO_CHECK(seal(waiting_, false));
    waiting_.clear();
  }
  waiting_ += bytes;
  return {};
}

Result<void> Sealer::finish() { return seal(waiting_, true); }

Opener::Opener(const Secret& key, std::string place, const ports::ByteSink& sink)
    : state_(std::make_unique<State>()), place_(std::move(place)), sink_(sink) {
  [[maybe_unused]] static const int ready = sodium_init();
  state_->key = key;
}

Opener::~Opener() { sodium_memzero(&state_->stream, sizeof state_->stream); }

Result<void> Opener::begin() {
  const std::string_view start = waiting_;
  if (!start.starts_with(magic) ||
      crypto_secretstream_xchacha20poly1305_init_pull(&state_->stream, bytes_of(start.substr(magic.size())), bytes_of(state_->key.reveal())) != 0)
    return damaged(place_);
  begun_ = true;
  waiting_.erase(0, magic.size() + header_bytes);
  return {};
}

Result<void> Opener::open(std::string_view piece, bool last) {
  if (piece.size() < crypto_secretstream_xchacha20poly1305_ABYTES) return damaged(place_);
  std::string opened(piece.size() - crypto_secretstream_xchacha20poly1305_ABYTES, '\0');
  unsigned char tag = 0;
  if (crypto_secretstream_xchacha20poly1305_pull(&state_->stream, bytes_of(opened), nullptr, &tag, bytes_of(piece), piece.size(),
                                                 bytes_of(place_), place_.size()) != 0 ||
      (tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL) != last)
    return damaged(place_);
  return opened.empty() ? Result<void>() : sink_(opened);
}

Result<void> Opener::write(std::string_view bytes) {
  while (!bytes.empty()) {
    // One byte more than a piece says that it was not the last one.
    const auto enough = begun_ ? sealed_piece + 1 : magic.size() + header_bytes;
    const auto taken = bytes.substr(0, enough - waiting_.size());
    waiting_ += taken;
    bytes.remove_prefix(taken.size());
    if (waiting_.size() < enough) return {};
    if (!begun_) {
      DIVIO_CHECK(begin());
      continue;
    }
    DIVIO_CHECK(open(std::string_view(waiting_).substr(0, sealed_piece), false));
    waiting_.erase(0, sealed_piece);
  }
  return {};
}

Result<void> Opener::finish() {
  if (!begun_) return damaged(place_);
  return open(waiting_, true);
}

}  // namespace divio::backups
