#include "media/times.hpp"

#include <doctest/doctest.h>

#include "media/incoming.hpp"

using namespace divio;

TEST_CASE("times are read as they were written, and what is none is left out") {
  const media::Times times{{"a b/ü", {"0123-2", 17, -5}}, {"c", {"ff", 0, 1'600'000'000'123'456'789}}};
  CHECK(media::read_times(media::write_times(times)) == times);
  CHECK(media::read_times("").empty());
  CHECK(media::read_times("x\n1 2\nt 3 4 \nt -3 4 p\nt 3 4 good\nt 5").size() == 1);
  CHECK(media::write_times({{"no tag", {"", 1, 2}}}).empty());
}

TEST_CASE("what an archive has is read as it was written, and refused where it is not") {
  for (const auto existing : {media::Existing::replace, media::Existing::keep}) {
    const auto read = media::read_incoming(media::write_incoming({existing, {{"a b", 3, -7}, {"c/d", 0, 9}}}));
    REQUIRE(read);
    CHECK(read->existing == existing);
    REQUIRE(read->files.size() == 2);
    CHECK(read->files[0] == media::MediaFile{"a b", 3, -7});
  }
  CHECK(media::read_incoming("keep\n")->files.empty());
  for (const auto* text : {"", "replace\n1", "replace\n1 2", "replace\nx 2 a\n", "replace\n1 2 ../a\n", "replace\n1 2 /a\n"}) {
    CAPTURE(text);
    CHECK_FALSE(media::read_incoming(text));
  }
}
