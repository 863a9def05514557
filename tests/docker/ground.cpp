#include <fmt/format.h>

#include "docker/engine_contract.hpp"
#include "fakes/tar.hpp"
#include "support/ids.hpp"

namespace divio::contract {

Ground::Ground(std::unique_ptr<ports::Engine> engine)
    : engine_(std::move(engine)),
      prefix_("contract-" + random_hex(4)),
      block_(static_cast<int>(std::stoul(random_hex(2), nullptr, 16) % 1000)) {
  fmt::print("names begin with {}\n", prefix_);
}

Ground::~Ground() {
  clean();
}

std::string Ground::subnet(int number) const {
  return address(number, 0) + "/24";
}

std::string Ground::address(int number, int host) const {
  const int net = block_ * 10 + number;
  return fmt::format("10.{}.{}.{}", 210 + net / 256, net % 256, host);
}

ports::ContainerSpec Ground::container(std::string_view what, std::vector<std::string> words) const {
  ports::ContainerSpec spec;
  spec.name = name(what);
  spec.image = image;
  spec.command = std::move(words);
  spec.labels = labels();
  return spec;
}

std::string Ground::run(std::string_view what, std::vector<std::string> words) {
  const auto id = containers().create(container(what, std::move(words)));
  REQUIRE_OK(id);
  REQUIRE_OK(containers().start(*id));
  return *id;
}

void Ground::clean() {
  for (const auto& made : containers().list(labels()).value_or(std::vector<ports::Container>{}))
    (void)containers().remove(made.id);
  for (const auto& made : engine().networks().list(labels()).value_or(std::vector<ports::Network>{}))
    (void)engine().networks().remove(made.name);
  for (const auto& made : engine().volumes().list(labels()).value_or(std::vector<std::string>{}))
    (void)engine().volumes().remove(made);
  for (const auto& made : images().list(labels()).value_or(std::vector<ports::Image>{}))
    for (const auto& known_as : made.names) (void)images().remove(known_as);
}

Heard listen(ports::Session& session) {
  Heard heard;
  while (true) {
    auto chunk = session.read(std::chrono::seconds(90));  // Podman's name service can be out of reach for a minute
    REQUIRE_OK(chunk);
    if (!*chunk) return heard;
    CHECK_FALSE((*chunk)->bytes.empty());
    ((*chunk)->output == ports::Output::out ? heard.out : heard.err) += (*chunk)->bytes;
  }
}

Heard log_of(Ground& ground, const std::string& container, const ports::LogOptions& options) {
  Heard heard;
  REQUIRE_OK(ground.streams().logs(container, options,
                                   [&](ports::Output output, std::string_view bytes) {
                                     (output == ports::Output::out ? heard.out : heard.err) += bytes;
                                   },
                                   {}));
  return heard;
}

ports::BuildSpec build_of(const Ground& ground, std::string_view name, const std::string& dockerfile) {
  ports::BuildSpec spec;
  spec.name = ground.name(name) + ":1";
  spec.labels = ground.labels();
  spec.context =
      [tar = fakes::write_tar({{"Dockerfile", dockerfile}, {"hello.txt", "hello to " + ground.name("all") + "\n"}})](
          const ports::ByteSink& sink) { return sink(tar); };
  return spec;
}

}  // namespace divio::contract
