#include "system/byte_pipe.hpp"

#include <doctest/doctest.h>

#include <array>
#include <thread>

#include "system/lines.hpp"

using namespace divio;
using namespace divio::system;

namespace {

std::string read_all(BytePipe& pipe, std::size_t step) {
  std::string all;
  std::string buffer(step, '\0');
  while (true) {
    const auto count = pipe.read(buffer.data(), buffer.size(), {});
    REQUIRE(count);
    if (*count == 0) return all;
    all.append(buffer, 0, *count);
  }
}

std::vector<std::string> lines_of(const std::vector<std::string>& pieces) {
  Lines lines;
  std::vector<std::string> result;
  const auto keep = [&](std::string_view line) { result.emplace_back(line); };
  for (const auto& piece : pieces) lines.feed(piece, keep);
  lines.finish(keep);
  return result;
}

}  // namespace

TEST_CASE("What is written into a pipe comes out in order, whatever the sizes") {
  std::string sent;
  for (int i = 0; i < 20'000; ++i) sent += std::to_string(i) + ",";
  BytePipe pipe(1000);
  std::jthread writer([&] {
    std::string_view rest = sent;
    for (std::size_t size = 1; !rest.empty(); size = size * 7 % 3000 + 1) {
      CHECK(pipe.write(rest.substr(0, size)));
      rest.remove_prefix(std::min(size, rest.size()));
    }
    pipe.close_writing({});
  });
  CHECK((read_all(pipe, 777) == sent));
}

TEST_CASE("A writer that fails passes its error on after what it wrote") {
  BytePipe pipe;
  CHECK(pipe.write("half"));
  pipe.close_writing(fail(ErrorCode::invalid, "unreadable"));
  std::array<char, 10> buffer;
  CHECK(pipe.read(buffer.data(), buffer.size(), {}) == 4);
  const auto end = pipe.read(buffer.data(), buffer.size(), {});
  REQUIRE_FALSE(end);
  CHECK(end.error().message == "unreadable");
}

TEST_CASE("A writer that waits for space is freed when the reader goes") {
  BytePipe pipe(10);
  std::jthread reader([&] { pipe.close_reading(); });
  const auto written = pipe.write(std::string(1000, 'x'));
  REQUIRE_FALSE(written);
  CHECK(written.error().code == ErrorCode::cancelled);
}

TEST_CASE("A reader that waits is freed when it is told to stop") {
  BytePipe pipe;
  std::stop_source source;
  std::jthread stopper([&] { source.request_stop(); });
  char place = 0;
  const auto count = pipe.read(&place, 1, source.get_token());
  REQUIRE_FALSE(count);
  CHECK(count.error().code == ErrorCode::cancelled);
}

TEST_CASE("Lines are cut at their endings, wherever the pieces are cut") {
  CHECK(lines_of({"one\ntwo\r\n\nfour"}) == std::vector<std::string>{"one", "two", "", "four"});
  CHECK(lines_of({"o", "ne\r", "\ntw", "o\n"}) == std::vector<std::string>{"one", "two"});
  CHECK(lines_of({""}).empty());
}

TEST_CASE("A line without an end is cut before it fills the memory") {
  const std::string piece(100'000, 'x');
  const auto lines = lines_of(std::vector<std::string>(25, piece));
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].size() >= Lines::longest);
  CHECK(lines[0].size() < Lines::longest + piece.size());
}
