#include <doctest/doctest.h>

#include "layers/house.hpp"

using namespace divio::test;

TEST_CASE("no file is longer than one can keep in mind") {
  for (const auto& wrong : long_files(read_tree({"cli", "cmake", "examples", "include", "lib", "tests"})))
    FAIL_CHECK(wrong);
}

TEST_CASE("nothing is put off in the sources") {
  for (const auto& wrong :
       unfinished_lines(read_tree({"cli", "cmake", "examples", "include", "lib", "tests"})))
    FAIL_CHECK(wrong);
}

TEST_CASE("a file that is too long is found, one of just the length is not") {
  CHECK(long_files({{"lib/a.cpp", std::string(most_lines, '\n')}}).empty());
  CHECK(long_files({{"lib/a.cpp", std::string(most_lines + 1, '\n')}}) ==
        std::vector<std::string>{"lib/a.cpp has 301 lines, more than 300"});
}

TEST_CASE("a line that puts something off is found with its place") {
  const std::string mark = std::string("// TO") + "DO: later\n";
  CHECK(unfinished_lines({{"lib/a.cpp", "int a;\n" + mark}}) ==
        std::vector<std::string>{"lib/a.cpp:2 puts something off"});
  CHECK(unfinished_lines({{"lib/a.cpp", "int to_do;\n"}}).empty());
}
