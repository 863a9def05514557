#include "support/scram.hpp"

#include <doctest/doctest.h>

using namespace divio;

// Password and salt of the example in RFC 7677; the keys were computed by another implementation (Python's hashlib).
TEST_CASE("the verifier is what RFC 5802 and 7677 make of a password") {
  CHECK(scram_verifier("pencil", "\x5b\x6d\x99\x68\x9d\x12\x35\x8e\xec\xa0\x4b\x14\x12\x36\xfa\x81") ==
        "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
        "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=");
}
