#include <doctest/doctest.h>

#include "store/samples.hpp"

using namespace divio;
using namespace divio::tests;

namespace {

void check_same(const model::Operation& found, const model::Operation& wanted) {
  CHECK(found.id == wanted.id);
  CHECK(found.kind == wanted.kind);
  CHECK(found.key == wanted.key);
  CHECK(found.request == wanted.request);
  CHECK(found.holder == wanted.holder);
  CHECK(found.began_at == wanted.began_at);
  CHECK(found.ended_at == wanted.ended_at);
  CHECK(found.outcome == wanted.outcome);
  CHECK(found.summary == wanted.summary);
}

}  // namespace

TEST_CASE("an operation is read back as it began, went on and ended") {
  const TemporaryFolder folder;
  const auto store = open_in(folder);
  model::Operation wanted = sample_operation("01A");
  must(store->journal().begin(wanted));
  check_same(*must(store->journal().operation("01A")), wanted);

  wanted.holder = {"other-machine", "boot", 4711, 99, "bert@server"};
  must(store->journal().take_over("01A", wanted.holder));
  wanted.outcome = model::Outcome::succeeded;
  wanted.summary = "release 3 serves";
  wanted.ended_at = at_second(9);
  must(store->journal().end("01A", wanted.outcome, wanted.summary, *wanted.ended_at));
  check_same(*must(store->journal().operation("01A")), wanted);
  CHECK(must(store->journal().operation("01B")) == std::nullopt);
}

TEST_CASE("records are numbered from 1 within their operation, in the order they were written") {
  const TemporaryFolder folder;
  const auto store = open_in(folder);
  must(store->journal().begin(sample_operation("01A")));
  must(store->journal().begin(sample_operation("01B")));
  must(store->journal().append("01A", {0, "step-began", "start web", "", at_second(1)}));
  must(store->journal().append("01B", {0, "step-began", "build", "", at_second(1)}));
  must(store->journal().append("01A", {77, "step-ended", "start web", R"({"seconds":2})", at_second(3)}));
  const auto records = must(store->journal().records("01A"));
  REQUIRE(records.size() == 2);
  CHECK(records[0].sequence == 1);
  CHECK(records[0].event == "step-began");
  CHECK(records[1].sequence == 2);
  CHECK(records[1].event == "step-ended");
  CHECK(records[1].subject == "start web");
  CHECK(records[1].detail == R"({"seconds":2})");
  CHECK(records[1].at == at_second(3));
  CHECK(must(store->journal().records("01B")).size() == 1);
  CHECK(must(store->journal().records("01C")).empty());
}

TEST_CASE("operations are listed newest first, of one environment or of all, up to a limit") {
  const TemporaryFolder folder;
  const auto store = open_in(folder);
  for (int count = 0; count < 5; ++count)
    must(store->journal().begin(sample_operation("0" + std::to_string(count), count)));
  model::Operation other = sample_operation("05", 5);
  other.key = environment_key("blog", "test");
  must(store->journal().begin(other));
  const auto ids = [](const std::vector<model::Operation>& operations) {
    std::string all;
    for (const auto& operation : operations) all += operation.id + " ";
    return all;
  };
  CHECK(ids(must(store->journal().operations(std::nullopt, 3))) == "05 04 03 ");
  CHECK(ids(must(store->journal().operations(environment_key(), 2))) == "04 03 ");
  CHECK(ids(must(store->journal().operations(other.key, 10))) == "05 ");
  CHECK(ids(must(store->journal().operations(std::nullopt, -1))) == "05 04 03 02 01 00 ");
  CHECK(ids(must(store->journal().operations(std::nullopt, 0))).empty());
}

TEST_CASE("an operation that has ended stays as it ended") {
  const TemporaryFolder folder;
  const auto store = open_in(folder);
  must(store->journal().begin(sample_operation("01A")));
  must(store->journal().end("01A", model::Outcome::failed, "it crashed", at_second(5)));
  must(store->journal().end("01A", model::Outcome::failed, "again", at_second(6)));
  const Error error = must_fail(store->journal().end("01A", model::Outcome::succeeded, "", at_second(7)));
  CHECK(error.code == ErrorCode::conflict);
  CHECK(error.message == "the operation 01A has ended already: failed");
  CHECK(must_fail(store->journal().take_over("01A", system::this_holder())).code == ErrorCode::conflict);
  const auto found = must(store->journal().operation("01A"));
  CHECK(found->summary == "it crashed");
  CHECK(found->ended_at == at_second(5));
}

TEST_CASE("an operation that is not known is named, and an id is taken only once") {
  const TemporaryFolder folder;
  const auto store = open_in(folder);
  CHECK(must_fail(store->journal().append("01A", {0, "step-began", "", "", at_second(0)})).message ==
        "there is no operation 01A");
  CHECK(must_fail(store->journal().end("01A", model::Outcome::failed, "", at_second(0))).code == ErrorCode::not_found);
  CHECK(must_fail(store->journal().take_over("01A", system::this_holder())).code == ErrorCode::not_found);
  must(store->journal().begin(sample_operation("01A")));
  CHECK(must_fail(store->journal().begin(sample_operation("01A"))).code == ErrorCode::conflict);
}
