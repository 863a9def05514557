#include <fmt/format.h>

#include <condition_variable>
#include <mutex>

#include "docker/engine_contract.hpp"
#include "fakes/fake_engine.hpp"
#include "fakes/fake_registry.hpp"
#include "fakes/tar.hpp"

namespace divio::contract {
namespace {

fakes::Run behave(const ports::ContainerSpec& spec) {
  fakes::Run run;
  if (spec.command == command::speak()) {
    run = {3, "to-out\n", "to-err\n"};
  } else if (spec.command == command::announce()) {
    run.out = "started\n";
  } else if (spec.command == command::count()) {
    run = {0, "line-1\nline-2\nline-3\nline-4\nline-5\n"};
  } else if (spec.command == command::copy()) {
    run.reads_input = true;
  }
  return run;
}

fakes::Executed execute(const ports::Container&, const ports::ExecSpec& spec, const std::string& input) {
  if (spec.command == command::speak()) return {3, "to-out\n", "to-err\n"};
  if (spec.command == command::copy()) return {0, input};
  if (spec.command == command::find_itself()) return {0};
  if (spec.command == command::greet())
    return {0, fmt::format("{} from {} as {}\n", spec.environment.at("GREETING").value.reveal(), spec.directory,
                           spec.user)};
  return {127};
}

// Understands as much of a Dockerfile as the contract's builds need.
Result<fakes::FakeImage> build(const ports::BuildSpec& spec, const std::string& context,
                               const std::function<void(std::string_view)>& line, std::stop_token stop) {
  const auto files = fakes::read_tar(context);
  const auto& dockerfile = files.at("Dockerfile");
  const auto has = [&](std::string_view text) { return dockerfile.find(text) != std::string::npos; };
  fakes::FakeImage image;
  if (has("it-sleeps")) {
    line("it-sleeps");
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any().wait(lock, stop, [] { return false; });
  }
  if (has("before-it-fails")) {
    line("before-it-fails");
    return fail(ErrorCode::failed, fmt::format("cannot build image '{}': exit code: 7", spec.name),
                "the last lines were:\n  before-it-fails");
  }
  if (has("EXPOSE 8000")) image.exposed_ports = {8000};
  if (has("colour-is")) line("colour-is-" + spec.settings.arguments.at("COLOUR"));
  if (has("cat /hello.txt")) line(files.at("hello.txt"));
  return image;
}

}  // namespace

namespace {

class FakeGroundRegistry final : public GroundRegistry {
 public:
  FakeGroundRegistry(Ground& ground, Login login) {
    if (login == Login::wanted) registry_->want_login();
    dynamic_cast<fakes::FakeEngine&>(ground.engine()).use_registry(registry_);
  }
  std::string host() const override { return registry_->host(); }
  void go_away() override { registry_->go_away(); }

 private:
  std::shared_ptr<fakes::FakeRegistry> registry_ = std::make_shared<fakes::FakeRegistry>("registry.test:5000");
};

}  // namespace

std::unique_ptr<GroundRegistry> open_registry(Ground& ground, Login login) {
  return std::make_unique<FakeGroundRegistry>(ground, login);
}

std::unique_ptr<Ground> open_ground() {
  auto engine = std::make_unique<fakes::FakeEngine>();
  fakes::FakeImage debian;
  debian.behaviour = behave;
  debian.exec = execute;
  engine->add_image(image, debian);
  engine->on_build(build);
  return std::make_unique<Ground>(std::move(engine));
}

}  // namespace divio::contract
