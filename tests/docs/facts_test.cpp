// Numbers, labels and words that documents repeat from the code are the code's.
#include <doctest/doctest.h>

#include <array>
#include <map>
#include <regex>
#include <set>
#include <string_view>

#include "docs/markdown.hpp"

using namespace divio::test;

namespace {

struct Fact {
  std::string_view document;
  std::string_view says;
  std::string_view source;
  std::string_view has;
};

constexpr std::array facts{
    Fact{"docs/deployments.md", "`drain_timeout` (30 s)", "lib/model/process.hpp", "drain_timeout{30}"},
    Fact{"docs/deployments.md", "`stop_grace` (10 s)", "lib/model/process.hpp", "stop_grace{10}"},
    Fact{"docs/deployments.md", "`health.interval` (2 s)", "lib/model/process.hpp", "interval{2000}"},
    Fact{"docs/deployments.md", "`health.timeout` (2 s)", "lib/model/process.hpp", "timeout{2000}"},
    Fact{"docs/deployments.md", "`health.start_timeout` (60 s)", "lib/model/process.hpp", "start_timeout{60}"},
    Fact{"docs/deployments.md", "Two builds run in a region at once", "lib/controller/build_queue.cpp", "slots = 2;"},
    Fact{"docs/deployments.md", "a build may take 30 minutes", "lib/controller/build_queue.cpp", "limit = 30min;"},
    Fact{"docs/deployments.md", "From 500 MB on", "lib/sources/context.cpp", "large_context = 500'000'000;"},
    Fact{"docs/deployments.md", "stayed up for 2 seconds", "lib/controller/health.cpp", "settle_time = 2s;"},
    Fact{"docs/deployments.md", "has restarted three times", "lib/controller/health.cpp", "too_many_restarts = 3;"},
    Fact{"docs/deployments.md", "the last 15 lines", "lib/controller/evidence.cpp", "lines_shown = 15;"},
    Fact{"docs/deployments.md", "room for 126 instances", "lib/planning/addresses.cpp", "lowest = 2, highest = 127;"},
    Fact{"docs/deployments.md", "the last five releases", "lib/builder/prune.hpp", "kept_releases = 5;"},
    Fact{"docs/deployments.md", "`divio-health` as `User-Agent`", "lib/ingress/haproxy/render.cpp",
         "User-Agent divio-health"},
    Fact{"docs/deployments.md", "looked at every 25 ms", "lib/ingress/haproxy/render.cpp", "downinter 25ms"},
    Fact{"docs/deployments.md", "after three failures in a row", "lib/ingress/haproxy/render.cpp", "fall 3"},
    Fact{"docs/deployments.md", "made for arm64, and the engine's host is", "lib/planning/diagnosis.cpp",
         "made for {}, and the engine's host is"},
    Fact{"docs/deployments.md", "the engine could not start it", "lib/planning/diagnosis.cpp",
         "the engine could not start it"},
    Fact{"docs/deployments.md", "it ran out of memory", "lib/planning/diagnosis.cpp", "it ran out of memory"},
    Fact{"docs/deployments.md", "its process ended with exit code", "lib/planning/diagnosis.cpp",
         "its process ended with exit code"},
    Fact{"docs/deployments.md", "answers 301 (a redirect)", "lib/planning/diagnosis.cpp", "answers {} (a redirect{})"},
    Fact{"docs/deployments.md", "it listens on 127.0.0.1:8000 only", "lib/planning/diagnosis.cpp",
         "it listens on 127.0.0.1:{} only"},
    Fact{"docs/deployments.md", "nothing listens on port 8000, but on 8001", "lib/planning/diagnosis.cpp",
         "nothing listens on port {}, but on {}"},
    Fact{"docs/deployments.md", "nothing listens on port 8000, nor on any other", "lib/planning/diagnosis.cpp",
         "nothing listens on port {}, nor on any other"},
    Fact{"docs/deployments.md", "accepts connections on port 8000 but does not answer in time",
         "lib/planning/diagnosis.cpp", "accepts connections on port {} but does not answer in time"},
    Fact{"docs/deployments.md", "did not answer on port 8000 within 60 s", "lib/planning/diagnosis.cpp",
         "did not answer on port {} within {} s"},
    Fact{"docs/deployments.md", "the release command 'migrate' ended with exit code 1",
         "lib/controller/release_command.cpp", "the release command '{}' ended with exit code {}"},
    Fact{"docs/json.md", "deployed, changed, unchanged, destroyed, forgotten (without its region) or planned", "lib/controller/destroy.cpp",
         "outcome = \"destroyed\";"},
    Fact{"docs/ingress.md", "image `haproxy:2.6`", "lib/ingress/haproxy/haproxy_ingress.hpp", "\"haproxy:2.6\""},
    Fact{"docs/ingress.md", "connecting to an instance | 5 s |", "lib/ingress/haproxy/render.cpp",
         "timeout connect 5s"},
    Fact{"docs/ingress.md", "up to five times", "lib/ingress/haproxy/render.cpp", "retries 5"},
    Fact{"docs/ingress.md", "each pause in it | 30 s | 504", "lib/ingress/haproxy/render.cpp", "timeout server 30s"},
    Fact{"docs/ingress.md", "the body of a request | 500 MB | 413", "lib/ingress/haproxy/render.cpp", "gt 524288000"},
    Fact{"docs/ingress.md", "the head of a request | 10 s |", "lib/ingress/haproxy/render.cpp",
         "timeout http-request 10s"},
    Fact{"docs/ingress.md", "reads nothing | 60 s |", "lib/ingress/haproxy/render.cpp", "timeout client 60s"},
    Fact{"docs/ingress.md", "between requests | 60 s |", "lib/ingress/haproxy/render.cpp",
         "timeout http-keep-alive 60s"},
    Fact{"docs/ingress.md", "without a byte | 1 h |", "lib/ingress/haproxy/render.cpp", "timeout tunnel 1h"},
    Fact{"docs/ingress.md", "about 20000", "lib/ingress/haproxy/render.hpp", "connections = 20000;"},
    Fact{"docs/ingress.md", "is tried again on another instance", "lib/ingress/haproxy/render.cpp", "retry-on conn-failure\\n"},
    Fact{"docs/ingress.md", "for at most 30 minutes", "lib/ingress/haproxy/render.cpp", "hard-stop-after 30m"},
    Fact{"docs/ingress.md", "holds a lease of 30 s", "lib/ingress/haproxy/change_lease.cpp", "length{30}"},
    Fact{"docs/ingress.md", "three files of 10 MB", "lib/engines/docker/container_json.cpp",
         "{\"max-size\", \"10m\"}, {\"max-file\", \"3\"}"},
    Fact{"docs/migration.md", "longer than `--max-pause` (2 s)", "include/divio/migrations.hpp", "max_pause{2000}"},
    Fact{"docs/migration.md", "`--max-pause` and 5 s more have gone by", "lib/migration/environment/sides.hpp",
         "pause + std::chrono::seconds(5)"},
    Fact{"docs/migration.md", "are let go 3 s later", "lib/ports/decisions.hpp", "data_opens_within{3}"},
    Fact{"docs/migration.md", "ingress, 10000 at most", "lib/migration/environment/acts.cpp", "most_waiting = 10'000;"},
    Fact{"docs/migration.md", "half of `--max-pause`", "lib/migration/environment/acts.cpp", "parts.pause / 2"},
    Fact{"docs/migration.md", "within a quarter of `--max-pause`", "lib/migration/environment/postgres_move.cpp", "attempt.pause / 4"},
    Fact{"docs/migration.md", "is 100 ms and 25 times the round trip", "lib/migration/environment/plan.cpp", "questions_in_the_pause = 25;"},
    Fact{"docs/migration.md", "is 100 ms and 25 times the round trip", "lib/migration/environment/plan_draft.hpp", "pause_without_distance_ms = 100;"},
    Fact{"docs/migration.md", "copied in the pause 2 s are added", "lib/migration/environment/plan_draft.cpp", "least_copying_ms = 2000;"},
    Fact{"docs/migration.md", "and 1 s for every 5 MB", "lib/migration/environment/plan_draft.cpp", "bytes_copied_in_a_pause_per_second = 5e6;"},
    Fact{"docs/migration.md", "more than 5000 elements, or of more than a megabyte", "lib/migration/redis/comparing_program.cpp", "most, large, ends, left = 5000, 1048576,"},
    Fact{"docs/migration.md", "Writers wait for half a second at most", "lib/migration/redis/one_moment.hpp", "stills{std::chrono::milliseconds(500)"},
    Fact{"docs/migration.md", "for up to two seconds", "lib/migration/redis/one_moment.hpp", "std::chrono::milliseconds(2000)}"},
    Fact{"docs/migration.md", "The source keeps its binary log for three days", "lib/services/blueprints.cpp", "--binlog-expire-logs-seconds=259200"},
    Fact{"docs/migration.md", "divioctl gives up on that after 30 s", "lib/migration/mariadb/moving.cpp", "for_standing{30}"},
    Fact{"docs/migration.md", "A database of MariaDB 10.11 or newer", "lib/migration/mariadb/obstacles.cpp", "constexpr Release oldest{10, 11};"},
    Fact{"docs/migration.md", "once in its binary log, and 256 MiB", "lib/migration/mariadb/obstacles.cpp", "spare_disk = 256ULL * 1024 * 1024"},
    Fact{"docs/migration.md", "when a quarter of `--max-pause` is over", "lib/migration/environment/mariadb_move.cpp", "attempt.pause / 4"},
    Fact{"docs/migration.md", "up to 32 MB of what it wrote last", "lib/migration/redis/program.cpp", "echo 33554432;"},
    Fact{"docs/operations.md", "at most three files of 10 MB", "lib/engines/docker/container_json.cpp",
         "{\"max-size\", \"10m\"}, {\"max-file\", \"3\"}"},
    Fact{"docs/operations.md", "15 s, renewed every 5 s", "lib/controller/lease_times.hpp",
         "lease_lifetime{15};"},
    Fact{"docs/operations.md", "a /24 of 10.192.0.0/12", "lib/planning/addresses.hpp", "A /24 of 10.192.0.0/12"},
    Fact{"docs/operations.md", "last five releases", "lib/builder/prune.hpp", "kept_releases = 5;"},
    Fact{"docs/operations.md", "goes after a day", "lib/builder/prune.cpp", "hours(24)"},
    Fact{"docs/operations.md", "The API has to be 1.41 or newer", "lib/engines/docker/docker.hpp", "(1.41 to"},
    Fact{"docs/services.md", "| connections | 20 | 20 |", "lib/services/tenancy.hpp", "connections = 20;"},
    Fact{"docs/services.md", "| longest statement | 300 s | 300 s |", "lib/services/tenancy.hpp", "statement{300};"},
    Fact{"docs/services.md", "| longest wait for a lock | 60 s |", "lib/services/tenancy.hpp", "lock{60};"},
    Fact{"docs/services.md", "for a lock | 60 s | 60 s |", "lib/services/blueprints.cpp", "lock_wait_timeout = 60, innodb_lock_wait_timeout = 60"},
    Fact{"docs/services.md", "| longest pause in a transaction | 300 s |", "lib/services/tenancy.hpp", "idle_in_transaction{300};"},
    Fact{"docs/services.md", "| temporary files | 2048 MB |", "lib/services/tenancy.hpp", "temporary_megabytes = 2048;"},
};

std::set<std::string> found(const std::string& text, const std::string& pattern) {
  const std::regex expression(pattern);
  std::set<std::string> all;
  for (std::sregex_iterator match(text.begin(), text.end(), expression), end; match != end; ++match)
    all.insert((*match)[1]);
  return all;
}

}  // namespace

TEST_CASE("numbers and words in the documents are those of the code") {
  for (const auto& fact : facts) {
    CAPTURE(fact.document);
    CAPTURE(fact.source);
    const auto document = in_one_line(text_of(std::string(fact.document)));
    const auto source = in_one_line(text_of(std::string(fact.source)));
    CHECK_MESSAGE(document.find(fact.says) != std::string::npos, "the document does not say: " << fact.says);
    CHECK_MESSAGE(source.find(fact.has) != std::string::npos, "the code does not have: " << fact.has);
  }
}

TEST_CASE("docs/operations.md has every label that divioctl gives, and no other") {
  const auto given = found(text_of("lib/model/labels.hpp"), "= \"(divio\\.[a-z-]+)\"");
  REQUIRE(given.size() > 5);
  CHECK(found(text_of("docs/operations.md"), "\\| `(divio\\.[a-z-]+)` \\|") == given);
}

TEST_CASE("ARCHITECTURE.md has every library that the build looks for") {
  const std::map<std::string, std::string> names{{"fmt", "fmt"},
                                                 {"yaml-cpp", "yaml-cpp"},
                                                 {"nlohmann_json", "nlohmann-json"},
                                                 {"tl-expected", "tl-expected"},
                                                 {"CLI11", "CLI11"},
                                                 {"CURL", "libcurl"},
                                                 {"SQLite3", "SQLite"},
                                                 {"LIBGIT2", "libgit2"},
                                                 {"SODIUM", "libsodium"},
                                                 {"doctest", "doctest"}};
  const auto text = text_of("ARCHITECTURE.md");
  auto looked_for =
      found(text_of("cmake/DivioDependencies.cmake"), "(?:find_package|pkg_check_modules)\\((\\S+) REQUIRED");
  CHECK(looked_for.erase("PkgConfig") + looked_for.erase("Threads") == 2);
  for (const auto& package : looked_for) {
    CAPTURE(package);
    REQUIRE(names.contains(package));
    CHECK(text.find("| " + names.at(package) + " |") != std::string::npos);
  }
}
