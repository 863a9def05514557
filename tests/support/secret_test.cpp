#include "divio/secret.hpp"

#include <doctest/doctest.h>

#include <utility>

#include "divio/result.hpp"

using namespace divio;

TEST_CASE("a secret that was moved from holds nothing") {
  Secret first("hunter2-hunter2-hunter2-hunter2");
  const Secret second(std::move(first));
  CHECK(second.reveal() == "hunter2-hunter2-hunter2-hunter2");
  CHECK(first.empty());  // NOLINT(bugprone-use-after-move): it is what is tested
}

TEST_CASE("an error code has the exit code of the table") {
  CHECK(exit_code(ErrorCode::failed) == 1);
  CHECK(exit_code(ErrorCode::invalid) == 2);
  CHECK(exit_code(ErrorCode::unreachable) == 6);
  CHECK(exit_code(ErrorCode::bug) == 9);
}
