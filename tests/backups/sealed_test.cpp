#include <doctest/doctest.h>

#include <random>

#include "backups/compression.hpp"
#include "backups/keys.hpp"
#include "backups/sealed_stream.hpp"

using namespace divio;
using namespace divio::backups;

namespace {

const std::string place = "shop/live 20261123-060000-4f2a default";

ports::ByteSink into(std::string& text) {
  return [&text](std::string_view bytes) -> Result<void> {
    text += bytes;
    return {};
  };
}

template <class Stream>
Result<void> drive(Stream& stream, std::string_view bytes, std::size_t piece) {
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size())))
    if (auto written = stream.write(bytes.substr(0, piece)); !written) return written;
  return stream.finish();
}

std::string sealed(const Secret& key, const std::string& text, std::size_t piece = 10'000) {
  std::string out;
  const auto sink = into(out);
  Sealer sealer(key, place, sink);
  REQUIRE(drive(sealer, text, piece));
  return out;
}

Result<std::string> opened(const Secret& key, const std::string& text, const std::string& where = place, std::size_t piece = 10'000) {
  std::string out;
  const auto sink = into(out);
  Opener opener(key, where, sink);
  const auto done = drive(opener, text, piece);
  if (!done) return Failure(done.error());
  return out;
}

std::string noise(std::size_t bytes, unsigned seed) {
  std::mt19937 random(seed);
  std::string text(bytes, '\0');
  for (auto& c : text) c = static_cast<char>(random());
  return text;
}

}  // namespace

TEST_CASE("what was sealed can be opened, whatever its size and the pieces it comes in") {
  const auto key = BackupKey::make_data_key();
  for (const std::size_t size : {0UL, 1UL, 65'535UL, 65'536UL, 65'537UL, 131'072UL, 200'000UL}) {
    CAPTURE(size);
    const auto text = noise(size, 1);
    const auto bytes = sealed(key, text);
    CHECK(opened(key, bytes) == text);
    CHECK(opened(key, bytes, place, 1 + size / 7) == text);
  }
}

TEST_CASE("nothing that was cut off, changed, lengthened or exchanged is taken for whole") {
  const auto key = BackupKey::make_data_key();
  const auto text = noise(150'000, 2);
  const auto bytes = sealed(key, text);
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 100; ++round) {
    auto changed = bytes;
    changed[random() % changed.size()] ^= static_cast<char>(1U << random() % 8);
    CHECK_FALSE(opened(key, changed));
    CHECK_FALSE(opened(key, bytes.substr(0, random() % bytes.size())));
  }
  const auto piece = std::size_t{65'536 + 17};
  CHECK_FALSE(opened(key, bytes.substr(0, 32 + piece)));                              // at the end of a piece
  CHECK_FALSE(opened(key, bytes.substr(0, 32) + bytes.substr(32 + piece, piece) + bytes.substr(32, piece) + bytes.substr(32 + 2 * piece)));
  CHECK_FALSE(opened(key, bytes + "x"));
  CHECK_FALSE(opened(key, bytes, "shop/live 20261123-060000-4f2a cache"));
  CHECK_FALSE(opened(BackupKey::make_data_key(), bytes));
  CHECK(opened(key, bytes) == text);
}

TEST_CASE("what was compressed can be expanded, and what is damaged or ends too early is refused") {
  const auto text = noise(3'000, 3) + std::string(3'000'000, 'x') + noise(70'000, 4);
  std::string packed;
  const auto sink = into(packed);
  auto compressor = Compressor::begin(sink);
  REQUIRE(compressor);
  REQUIRE(drive(*compressor, text, 12'345));
  CHECK(packed.size() < 100'000);
  const auto expand = [](const std::string& bytes, std::size_t piece) -> Result<std::string> {
    std::string out;
    const auto end = into(out);
    auto decompressor = Decompressor::begin(end);
    REQUIRE(decompressor);
    if (auto done = drive(*decompressor, bytes, piece); !done) return Failure(done.error());
    return out;
  };
  CHECK(expand(packed, 1) == text);
  CHECK(expand(packed, 1'000'000) == text);
  CHECK_FALSE(expand(packed.substr(0, packed.size() - 1), 1000));
  CHECK_FALSE(expand("", 1));
  packed[packed.size() / 2] ^= 4;
  CHECK_FALSE(expand(packed, 1000));
}

TEST_CASE("a backup key can be written down and given back, and a mistyped one is refused") {
  const auto key = BackupKey::make();
  const auto again = BackupKey::parse(Secret(" " + key.text().reveal() + "\n"));
  REQUIRE(again);
  CHECK(again->id() == key.id());
  CHECK(key.id() != BackupKey::make().id());
  auto typed = key.text().reveal();
  typed[30] = typed[30] == 'a' ? 'b' : 'a';
  CHECK_FALSE(BackupKey::parse(Secret(typed)));
  CHECK_FALSE(BackupKey::parse(Secret("")));
  CHECK_FALSE(BackupKey::parse(Secret("divio-backup-key-")));
}

TEST_CASE("the key of a backup is opened, and a manifest believed, with the key that made them only") {
  const auto key = BackupKey::make();
  const auto data = BackupKey::make_data_key();
  const auto written = key.seal(data);
  CHECK(key.open(written) == data);
  CHECK(BackupKey::make().open(written).error().code == ErrorCode::refused);
  CHECK_FALSE(key.open("00"));
  const auto text = key.sign("{\"id\": 1}");
  CHECK(key.verify(text, "it") == "{\"id\": 1}");
  CHECK(BackupKey::make().verify(text, "it").error().code == ErrorCode::refused);
  auto changed = text;
  changed[7] = '2';
  CHECK_FALSE(key.verify(changed, "it"));
  CHECK_FALSE(key.verify("{}", "it"));
}
