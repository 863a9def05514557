#include <doctest/doctest.h>

#include <array>

#include "store/samples.hpp"

using namespace divio;
using namespace divio::tests;

TEST_CASE("a release is read back as it was added, under the next number of its environment") {
  const TemporaryFolder folder;
  const auto store = open_with(folder);
  must(store->projects().put_environment({.key = environment_key("shop", "test"), .scale = {}}));
  model::Release sample = sample_release();
  sample.number = 77;  // ignored
  CHECK(must(store->releases().add_release(sample)) == 1);
  CHECK(must(store->releases().add_release(sample)) == 2);
  CHECK(must(store->releases().add_release(sample_release(environment_key("shop", "test")))) == 1);

  const auto found = must(store->releases().release(environment_key(), 2));
  REQUIRE(found.has_value());
  CHECK(found->key == sample.key);
  CHECK(found->number == 2);
  CHECK(found->image == sample.image);
  CHECK(found->revision == sample.revision);
  CHECK(found->config == sample.config);
  CHECK(found->state == model::ReleaseState::pending);
  CHECK(found->created_at == sample.created_at);
  CHECK(found->created_by == sample.created_by);

  const auto all = must(store->releases().releases(environment_key()));
  REQUIRE(all.size() == 2);
  CHECK(all[0].number == 2);
  CHECK(all[1].number == 1);
  CHECK(must(store->releases().release(environment_key(), 3)) == std::nullopt);
}

TEST_CASE("activating a release supersedes the active one and makes it the environment's") {
  const TemporaryFolder folder;
  const auto store = open_with(folder);
  for (int count = 0; count < 3; ++count) must(store->releases().add_release(sample_release()));
  must(store->releases().set_release_state(environment_key(), 2, model::ReleaseState::failed, "it crashed"));
  const auto states = [&] {
    std::array<model::ReleaseState, 3> found{};
    for (const auto& release : must(store->releases().releases(environment_key())))
      found.at(static_cast<std::size_t>(release.number - 1)) = release.state;
    return found;
  };
  using enum model::ReleaseState;
  must(store->releases().activate_release(environment_key(), 1));
  CHECK(states() == std::array{active, failed, pending});
  must(store->releases().activate_release(environment_key(), 3));
  must(store->releases().activate_release(environment_key(), 3));  // again is nothing
  CHECK(states() == std::array{superseded, failed, active});
  CHECK(must(store->projects().environment(environment_key()))->release == 3);
  CHECK(must(store->releases().release(environment_key(), 2))->reason == "it crashed");
}

TEST_CASE("an environment never has two active releases") {
  const TemporaryFolder folder;
  const auto store = open_with(folder);
  for (int count = 0; count < 2; ++count) must(store->releases().add_release(sample_release()));
  must(store->releases().activate_release(environment_key(), 1));
  const Error error =
      must_fail(store->releases().set_release_state(environment_key(), 2, model::ReleaseState::active, ""));
  CHECK(error.code == ErrorCode::conflict);
  CHECK(must(store->releases().release(environment_key(), 2))->state == model::ReleaseState::pending);
}

TEST_CASE("a release or an environment that is not there is named") {
  const TemporaryFolder folder;
  const auto store = open_with(folder);
  CHECK(must_fail(store->releases().activate_release(environment_key(), 4)).message ==
        "there is no release 4 of shop/live");
  CHECK(must_fail(store->releases().set_release_state(environment_key(), 4, model::ReleaseState::failed, "")).code ==
        ErrorCode::not_found);
  const Error error = must_fail(store->releases().add_release(sample_release(environment_key("shop", "test"))));
  CHECK(error.code == ErrorCode::not_found);
  CHECK(error.message == "there is no environment shop/test");
  CHECK(must(store->projects().environment(environment_key()))->release == 0);
}

TEST_CASE("a variable that JSON cannot carry is named and nothing is stored") {
  const TemporaryFolder folder;
  const auto store = open_with(folder);
  model::Release release = sample_release();
  release.config.variables["BINARY"] = {Secret("\xff\xfe"), true};
  const Error error = must_fail(store->releases().add_release(release));
  CHECK(error.code == ErrorCode::invalid);
  CHECK(error.message == "the variable BINARY holds bytes that are not UTF-8");
  CHECK(must(store->releases().releases(environment_key())).empty());
}
