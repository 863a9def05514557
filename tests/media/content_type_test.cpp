// What a file is by its name.
#include <doctest/doctest.h>

#include "media/content_type.hpp"

using namespace divio;

TEST_CASE("the ending of a name tells the type, however it is written, and nothing is made up where there is none") {
  CHECK(media::content_type_of("a/b.c/photo.JPG") == "image/jpeg");
  CHECK(media::content_type_of("style.min.css") == "text/css");
  CHECK(media::content_type_of("archive.tar.gz") == "application/gzip");
  for (const auto* path : {"", "photo", "a.png/photo", "photo.", "photo.odd"}) {
    CAPTURE(path);
    CHECK(media::content_type_of(path).empty());
    CHECK(media::headers_of(path).empty());
  }
  CHECK(media::headers_of("a.svg") == ports::ObjectHeaders{{"content-type", "image/svg+xml"}});
}
