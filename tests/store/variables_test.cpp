#include <doctest/doctest.h>

#include <algorithm>

#include "store/samples.hpp"
#include "system/files.hpp"

using namespace divio;
using namespace divio::tests;

TEST_CASE("variables are read back as they were set, also before the first deployment") {
  const TemporaryFolder folder;
  const auto store = open_in(folder);
  const model::Variables wanted = {{"EMPTY", {Secret(), false}},
                                   {"EMPTY_SECRET", {Secret(), true}},
                                   {"BYTES", {Secret(std::string("a\0b\xff", 4)), false}},
                                   {"TOKEN", {Secret("s3cr3t"), true}}};
  for (const auto& [name, variable] : wanted) must(store->variables().set_variable(environment_key(), name, variable));
  CHECK(must(store->variables().variables(environment_key())) == wanted);
  CHECK(must(store->variables().variables(environment_key("shop", "test"))).empty());
}

TEST_CASE("setting a variable again replaces its value and whether it is secret") {
  const TemporaryFolder folder;
  const auto store = open_in(folder);
  must(store->variables().set_variable(environment_key(), "NAME", {Secret("one"), false}));
  must(store->variables().set_variable(environment_key(), "NAME", {Secret("two"), true}));
  const model::Variables wanted = {{"NAME", {Secret("two"), true}}};
  CHECK(must(store->variables().variables(environment_key())) == wanted);
}

TEST_CASE("unsetting a variable that is not there says so") {
  const TemporaryFolder folder;
  const auto store = open_in(folder);
  must(store->variables().set_variable(environment_key(), "NAME", {Secret("one"), false}));
  must(store->variables().unset_variable(environment_key(), "NAME"));
  const Error error = must_fail(store->variables().unset_variable(environment_key(), "NAME"));
  CHECK(error.code == ErrorCode::not_found);
  CHECK(error.message == "there is no variable NAME in shop/live");
}

TEST_CASE("a variable whose name no shell could take is refused") {
  const TemporaryFolder folder;
  const auto store = open_in(folder);
  CHECK(must_fail(store->variables().set_variable(environment_key(), "A B", {Secret("x"), false})).code ==
        ErrorCode::invalid);
}

TEST_CASE("the secret key is made once for each environment, 50 URL-safe characters") {
  const TemporaryFolder folder;
  const Secret made = must(open_in(folder)->variables().secret_key(environment_key()));
  CHECK(made.reveal().size() == 50);
  CHECK(std::ranges::all_of(made.reveal(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  }));
  const auto store = open_in(folder);
  CHECK(must(store->variables().secret_key(environment_key())) == made);
  CHECK(must(store->variables().secret_key(environment_key("shop", "test"))) != made);
}

namespace {

// The bytes of every file in the store's folder, with what is not yet in the database itself.
std::string bytes_of(const std::filesystem::path& home) {
  std::string all;
  for (const auto& file : std::filesystem::directory_iterator(home)) all += must(system::read_file(file.path()));
  return all;
}

}  // namespace

TEST_CASE("no secret is in the bytes of the store's files, neither while it is open nor afterwards") {
  const TemporaryFolder folder;
  std::string secret_key;
  {
    const auto store = open_with(folder);
    must(store->variables().set_variable(environment_key(), "TOKEN", {Secret("plain-variable-secret"), true}));
    must(store->variables().set_variable(environment_key(), "SHOWN", {Secret("plain-variable-shown"), false}));
    must(store->releases().add_release(sample_release()));
    secret_key = must(store->variables().secret_key(environment_key())).reveal();
    const std::string bytes = bytes_of(folder / "home");
    CHECK(contains(bytes, "plain-variable-shown"));  // or this test would see nothing at all
    CHECK_FALSE(contains(bytes, "plain-variable-secret"));
    CHECK_FALSE(contains(bytes, "plain-release-secret"));
    CHECK_FALSE(contains(bytes, secret_key));
  }
  const std::string bytes = bytes_of(folder / "home");
  CHECK(contains(bytes, "plain-variable-shown"));
  CHECK_FALSE(contains(bytes, "plain-variable-secret"));
  CHECK_FALSE(contains(bytes, "plain-release-secret"));
  CHECK_FALSE(contains(bytes, secret_key));
}

TEST_CASE("a variable that becomes secret leaves its old value nowhere once the store is closed") {
  const TemporaryFolder folder;
  {
    const auto store = open_in(folder);
    must(store->variables().set_variable(environment_key(), "TOKEN", {Secret("once-shown-value"), false}));
    REQUIRE(contains(bytes_of(folder / "home"), "once-shown-value"));
    must(store->variables().set_variable(environment_key(), "TOKEN", {Secret("once-shown-value"), true}));
  }
  CHECK_FALSE(contains(bytes_of(folder / "home"), "once-shown-value"));
}
