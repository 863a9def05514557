// Random identifiers and hashes, from libsodium.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace divio {

// `bytes` random bytes in lower-case hexadecimal. Safe from any thread.
[[nodiscard]] std::string random_hex(std::size_t bytes);

// The SHA-256 of `data` in lower-case hexadecimal.
[[nodiscard]] std::string sha256_hex(std::string_view data);

// The same for data that comes in pieces. One thread at a time; nothing may be added after hex().
class Sha256 {
 public:
  Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  ~Sha256();

  void add(std::string_view data);
  [[nodiscard]] std::string hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace divio
