#include <doctest/doctest.h>

#include "media/access.hpp"
#include "media/values.hpp"

using namespace divio;
using media::ListReader;
using media::Listing;
using tests::zero;

namespace {

Result<Listing> read_list(const std::string& bytes, std::size_t piece) {
  ListReader reader;
  for (std::size_t at = 0; at < bytes.size(); at += piece)
    if (auto fed = reader.feed(std::string_view(bytes).substr(at, piece)); !fed) return Failure(fed.error());
  return reader.done();
}

}  // namespace

TEST_CASE("a list is read whatever pieces it comes in, files by path, with what else there is") {
  const auto bytes = "f 3 1600000001.0000000050 c d" + zero + "d 4096 1795415527.2098546860 a" + zero +
                     "f 5 1600000000.1234567890 a/line\nbreak" + zero + "l 10 5.5 a/link" + zero;
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    const auto list = read_list(bytes, piece);
    REQUIRE(list);
    CHECK(list->files == media::Manifest{{"a/line\nbreak", 5, 1'600'000'000'123'456'789}, {"c d", 3, 1'600'000'001'000'000'005}});
    CHECK(list->left_out == std::vector<std::string>{"a/link"});
  }
  CHECK(read_list("", 1)->files.empty());
}

TEST_CASE("a list that breaks off, or says what cannot be, is refused") {
  for (const std::string& bytes : {std::string("f 3 16"), "f 3 1.0 a" + zero + "f", "f x 1.0 a" + zero, "f 3 1.x a" + zero, "f 3 1.0" + zero,
                                   "ff 3 1.0 a" + zero, zero, "f 3 1.0 ../a" + zero, "f 3 1.0 a" + zero + "f 3 1.0 a" + zero,
                                   "f -3 1.0 a" + zero}) {
    CAPTURE(bytes);
    CHECK_FALSE(read_list(bytes, 100));
  }
}
