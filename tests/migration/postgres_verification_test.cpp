// Whether two sides hold the same, and the scripts of a migration.
#include <doctest/doctest.h>

#include "migration/postgres/cleaning.hpp"
#include "migration/postgres/guard.hpp"
#include "migration/postgres/scripts.hpp"
#include "migration/postgres/verification.hpp"

using namespace divio;
using namespace divio::migration::postgres;

namespace {

Held held() { return {{"15.8", "aa", {{"public.note", 2, "77"}, {"public.page", 1, "5"}}}, {{"public.note_id_seq", 12}}}; }

const Names names{"d1", "d1g1", "divio_migration_m1", "divio_m1_d1", "divio_m1_d1_f", "divio_m1_d1_b"};

}  // namespace

TEST_CASE("two sides that hold the same differ in nothing, also where the target's sequences are further or not copied yet") {
  auto target = held();
  CHECK(differences(held(), target).empty());
  target.sequences["public.note_id_seq"] = 44;
  CHECK(differences(held(), target).empty());
  target.sequences.clear();
  CHECK(differences(held(), target).empty());
}

TEST_CASE("every difference is a sentence that names the thing") {
  auto target = held();
  SUBCASE("rows") {
    target.evidence.tables[0].rows = 1;
    CHECK(differences(held(), target) == std::vector<std::string>{"table public.note has 1 rows on the target instead of 2"});
  }
  SUBCASE("content") {
    target.evidence.tables[1].checksum = "6";
    CHECK(differences(held(), target) == std::vector<std::string>{"table public.page has other content on the target"});
  }
  SUBCASE("missing and more") {
    target.evidence.tables[0].name = "public.other";
    CHECK(differences(held(), target) ==
          std::vector<std::string>{"table public.note is not on the target", "table public.other is on the target only"});
  }
  SUBCASE("schema") {
    target.evidence.schema = "bb";
    CHECK(differences(held(), target) == std::vector<std::string>{"the schema is another one on the target (PostgreSQL 15.8 and 15.8)"});
  }
  SUBCASE("sequence behind") {
    target.sequences["public.note_id_seq"] = 11;
    CHECK(differences(held(), target) == std::vector<std::string>{"sequence public.note_id_seq is behind on the target"});
  }
}

TEST_CASE("no script leaves a name open, and none of another migration's names is in it") {
  for (const auto& script : {named(tools_script(), names), named(publication_script("{forward}"), names), clean_script(names), leftovers_script(names),
                             named(role_script(Secret("secret"), "0123456789abcdef").reveal(), names),
                             named(forward_script(connection_string(names, {"10.0.0.1"}, Secret("secret"))).reveal(), names)}) {
    CAPTURE(script);
    for (const char* open : {"{database}", "{login}", "{schema}", "{role}", "{forward}", "{backward}", "{ours}", "{0}"})
      CHECK(script.find(open) == std::string::npos);
  }
}

TEST_CASE("a role is made with a verifier, never with its password") {
  const auto script = role_script(Secret("very-secret"), "0123456789abcdef");
  CHECK(script.reveal().find("very-secret") == std::string::npos);
  CHECK(script.reveal().find("SCRAM-SHA-256$") != std::string::npos);
}
