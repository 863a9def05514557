#include "system/md5.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace divio;

namespace {

std::string md5_hex(std::string_view text, std::size_t piece) {
  auto hash = system::Md5::begin().value();
  for (std::size_t at = 0; at < text.size(); at += piece) hash.add(text.substr(at, piece));
  std::string hex;
  for (const char byte : hash.digest()) hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return hex;
}

}  // namespace

TEST_CASE("the examples of RFC 1321, whatever pieces they come in") {
  for (const std::size_t piece : {1, 7, 63, 64, 65, 1000}) {
    CAPTURE(piece);
    CHECK(md5_hex("", piece) == "d41d8cd98f00b204e9800998ecf8427e");
    CHECK(md5_hex("abc", piece) == "900150983cd24fb0d6963f7d28e17f72");
    CHECK(md5_hex("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", piece) == "d174ab98d277d9f5a5611c2c9f419d9f");
    CHECK(md5_hex("12345678901234567890123456789012345678901234567890123456789012345678901234567890", piece) ==
          "57edf4a22be3c955ac49da2e2107b67a");
  }
  CHECK(md5_hex(std::string(1'000'000, 'a'), 4096) == "7707d6ae4e027c70eea2a935c2296f21");
}
