#include <doctest/doctest.h>

#include <random>

#include "services/restricted.hpp"

using namespace divio;
using services::RestrictedDump;

namespace {

// As it comes out where it goes in in pieces of at most `longest` bytes.
std::string restricted(std::string_view dump, std::size_t longest) {
  std::string out;
  const ports::ByteSink sink = [&](std::string_view bytes) -> Result<void> {
    out += bytes;
    return {};
  };
  RestrictedDump restriction("key", sink);
  for (std::size_t at = 0; at < dump.size(); at += longest) REQUIRE(restriction.write(dump.substr(at, longest)));
  REQUIRE(restriction.finish());
  return out;
}

std::string restricted(std::string_view dump) {
  const auto whole = restricted(dump, dump.size() + 1);
  for (const std::size_t longest : {1, 2, 7, 64}) CHECK(restricted(dump, longest) == whole);
  return whole;
}

}  // namespace

TEST_CASE("plain SQL begins with the restriction, whatever it is") {
  CHECK(restricted("SELECT 1;\n") == "\\restrict key\nSELECT 1;\n");
  CHECK(restricted("SELECT 1") == "\\restrict key\nSELECT 1");
  CHECK(restricted("") == "\\restrict key\n");
  CHECK(restricted("\\! id\n") == "\\restrict key\n\\! id\n");
  CHECK(restricted("CO") == "\\restrict key\nCO");
}

TEST_CASE("a dump in the custom format stays as it is") {
  CHECK(restricted("PGDMP\1\16\n\\restrict abc\nand more") == "PGDMP\1\16\n\\restrict abc\nand more");
  CHECK(restricted("PGDMP") == "PGDMP");
}

TEST_CASE("the restriction that pg_dump wrote is left out, and the same text within data stays") {
  CHECK(restricted("--\n\\restrict abc\n\nSELECT 1;\n\\unrestrict abc\n") == "\\restrict key\n--\n\nSELECT 1;\n");
  CHECK(restricted("\\restrict abc\r\nSELECT 1;\r\n\\unrestrict abc") == "\\restrict key\nSELECT 1;\r\n");
  const std::string data = "COPY public.t (a) FROM stdin;\n\\restrict abc\n\\.x\nCOPY b FROM stdin;\n\\unrestrict abc\n\\.\n";
  CHECK(restricted(data + "\\unrestrict abc\nSELECT 1;\n") == "\\restrict key\n" + data + "SELECT 1;\n");
}

TEST_CASE("lines of any length pass, and a wide table's data is known as data") {
  const std::string note(3'000'000, 'x');
  std::string wide = "COPY public.t (a";
  for (int i = 0; i < 1600; ++i) wide += ", a_column_with_quite_a_long_name_" + std::to_string(i);
  wide += ") FROM stdin;\n\\restrict abc\n" + note + "\n\\.\n";
  CHECK(restricted("COPY " + note + "\n" + wide + "\\restrict abc\n", 4096) == "\\restrict key\nCOPY " + note + "\n" + wide);
}
