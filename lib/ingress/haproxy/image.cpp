#include <fmt/format.h>

#include <array>
#include <cstring>

#include "ingress/haproxy/container.hpp"
#include "support/try.hpp"

namespace divio::ingress {
namespace {

// What the official image offers and is used here: HAProxy, its user and group `haproxy`, and Perl.
constexpr std::string_view standin_dockerfile =
    "FROM debian:bookworm-slim\n"
    "RUN apt-get update && apt-get install --yes --no-install-recommends haproxy && rm -rf /var/lib/apt/lists/*\n";

// A tar archive (POSIX ustar) of one file, readable for all, of time 0.
std::string tar_of(std::string_view name, std::string_view content) {
  constexpr std::size_t block = 512;
  std::array<char, block> head{};
  const auto put = [&](std::size_t at, std::string_view text) {
    std::memcpy(head.data() + at, text.data(), text.size());
  };
  put(0, name);
  put(100, "0000644");
  put(108, "0000000");
  put(116, "0000000");
  put(124, fmt::format("{:011o}", content.size()));
  put(136, "00000000000");
  put(148, "        ");  // the checksum counts as blanks
  put(156, "0");
  put(257, "ustar");
  put(263, "00");
  unsigned sum = 0;
  for (const char c : head) sum += static_cast<unsigned char>(c);
  put(148, fmt::format("{:06o}", sum));
  head[154] = '\0';
  std::string tar(head.data(), head.size());
  tar += content;
  tar.append((block - content.size() % block) % block + 2 * block, '\0');
  return tar;
}

Result<void> build_standin(ports::Engine& engine, const std::string& image,
                           const std::function<void(std::string_view)>& line, std::stop_token stop) {
  ports::BuildSpec spec;
  spec.name = image;
  spec.context = [](const ports::ByteSink& sink) { return sink(tar_of("Dockerfile", standin_dockerfile)); };
  DIVIO_CHECK(engine.images().build(spec, line, stop));
  return {};
}

}  // namespace

Result<void> ensure_image(ports::Engine& engine, const std::string& image,
                          const std::function<void(std::string_view)>& line, std::stop_token stop) {
  auto there = engine.images().inspect(image);
  if (there) return {};
  if (there.error().code != ErrorCode::not_found) return Failure(std::move(there).error());
  auto pulled = engine.images().pull(image, line, stop);
  if (pulled || pulled.error().code != ErrorCode::unreachable) return pulled;
  line(fmt::format("No registry answers; making {} from Debian's package instead", image));
  auto built = build_standin(engine, image, line, stop);
  if (built || built.error().code == ErrorCode::cancelled) return built;
  auto error = std::move(built).error();
  error.message = fmt::format("the image {} of the ingress can neither be pulled ({}) nor made ({})", image,
                              pulled.error().message, error.message);
  error.hint = fmt::format("load the image {} into the engine, or make its registry reachable", image);
  return Failure(std::move(error));
}

}  // namespace divio::ingress
