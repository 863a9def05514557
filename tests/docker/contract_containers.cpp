#include <chrono>
#include <set>
#include <thread>

#include "docker/engine_contract.hpp"
#include "fakes/within.hpp"

using namespace divio;
using namespace divio::contract;
using ports::ContainerState;

TEST_CASE("A container is created, started, stopped and removed, and is seen so at each step") {
  const auto ground = open_ground();
  auto& containers = ground->containers();
  const auto id = containers.create(ground->container("web", command::announce()));
  REQUIRE_OK(id);
  auto seen = containers.inspect(*id);
  REQUIRE_OK(seen);
  CHECK(seen->id == *id);
  CHECK(seen->name == ground->name("web"));
  CHECK(seen->image == image);
  CHECK(seen->image_id.starts_with("sha256:"));
  CHECK(seen->labels.at("divio.contract") == ground->labels().at("divio.contract"));
  CHECK(seen->state == ContainerState::created);
  CHECK_FALSE(seen->started_at.has_value());

  REQUIRE_OK(containers.start(*id));
  seen = containers.inspect(ground->name("web"));
  REQUIRE_OK(seen);
  CHECK(seen->state == ContainerState::running);
  CHECK(seen->started_at.has_value());

  // "Running" can be said a moment before the command is; a signal then ends the engine's own starter, with its code.
  CHECK(tests::within_20_seconds([&] { return log_of(*ground, *id).out == "started\n"; }));
  REQUIRE_OK(containers.stop(*id, std::chrono::seconds(5)));
  seen = containers.inspect(*id);
  REQUIRE_OK(seen);
  CHECK(seen->state == ContainerState::exited);
  CHECK(seen->exit_code == 143);
  CHECK(seen->finished_at.has_value());

  REQUIRE_OK(containers.remove(*id));
  CHECK_CODE(ErrorCode::not_found, containers.inspect(*id));
}

TEST_CASE("Starting what runs, stopping what is stopped and removing what is gone succeed") {
  const auto ground = open_ground();
  auto& containers = ground->containers();
  const auto id = ground->run("twice", command::sleep());
  CHECK(containers.start(id));
  CHECK(containers.stop(id, std::chrono::seconds(5)));
  CHECK(containers.stop(id, std::chrono::seconds(5)));
  CHECK(containers.remove(id));
  CHECK(containers.remove(id));
}

TEST_CASE("Removing a container that runs ends it") {
  const auto ground = open_ground();
  const auto id = ground->run("running", command::sleep());
  CHECK(ground->containers().remove(id));
  CHECK_CODE(ErrorCode::not_found, ground->containers().inspect(id));
}

TEST_CASE("A name that is taken is a conflict that names it") {
  const auto ground = open_ground();
  REQUIRE_OK(ground->containers().create(ground->container("taken", command::sleep())));
  const auto again = ground->containers().create(ground->container("taken", command::sleep()));
  CHECK_CODE(ErrorCode::conflict, again);
  CHECK(again.error().message.find(ground->name("taken")) != std::string::npos);
}

TEST_CASE("A container of an image that is not there is not found, and the image is named") {
  const auto ground = open_ground();
  auto spec = ground->container("imageless", command::sleep());
  spec.image = "divio/never-built:1";
  const auto made = ground->containers().create(spec);
  CHECK_CODE(ErrorCode::not_found, made);
  CHECK(made.error().message.find("divio/never-built:1") != std::string::npos);
}

TEST_CASE("What is done to a container that is not there is not found") {
  const auto ground = open_ground();
  auto& containers = ground->containers();
  const auto nobody = ground->name("nobody");
  CHECK_CODE(ErrorCode::not_found, containers.start(nobody));
  CHECK_CODE(ErrorCode::not_found, containers.stop(nobody, std::chrono::seconds(1)));
  CHECK_CODE(ErrorCode::not_found, containers.kill(nobody, "SIGKILL"));
  CHECK_CODE(ErrorCode::not_found, containers.wait(nobody, {}));
  CHECK_CODE(ErrorCode::not_found, containers.inspect(nobody));
}

TEST_CASE("A list holds what carries every label, whatever its state, ordered by name") {
  const auto ground = open_ground();
  auto& containers = ground->containers();
  auto b = ground->container("b", command::sleep());
  b.labels["divio.kind"] = "odd";
  REQUIRE_OK(containers.create(b));
  const auto running = ground->run("a", command::sleep());

  auto all = containers.list(ground->labels());
  REQUIRE_OK(all);
  REQUIRE(all->size() == 2);
  CHECK((*all)[0].name == ground->name("a"));
  CHECK((*all)[0].id == running);
  CHECK((*all)[0].state == ContainerState::running);
  CHECK((*all)[1].state == ContainerState::created);
  CHECK((*all)[1].labels.at("divio.kind") == "odd");

  auto labels = ground->labels();
  labels["divio.kind"] = "";
  CHECK(containers.list(labels)->size() == 1);
  labels["divio.kind"] = "even";
  CHECK(containers.list(labels)->empty());
}

TEST_CASE("Waiting gives the exit code of what has exited") {
  const auto ground = open_ground();
  const auto id = ground->run("speak", command::speak());
  const auto code = ground->containers().wait(id, {});
  REQUIRE_OK(code);
  CHECK(*code == 3);
  CHECK(ground->containers().inspect(id)->exit_code == 3);
}

TEST_CASE("Waiting for what runs ends when it is killed") {
  const auto ground = open_ground();
  const auto id = ground->run("killed", command::sleep());
  std::jthread killer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    CHECK(ground->containers().kill(id, "SIGKILL"));
  });
  const auto code = ground->containers().wait(id, {});
  REQUIRE_OK(code);
  CHECK(*code == 137);
}

TEST_CASE("Waiting can be cancelled and leaves the container as it is") {
  const auto ground = open_ground();
  const auto id = ground->run("patient", command::sleep());
  std::stop_source source;
  std::jthread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    source.request_stop();
  });
  CHECK_CODE(ErrorCode::cancelled, ground->containers().wait(id, source.get_token()));
  CHECK(ground->containers().inspect(id)->state == ContainerState::running);
}

TEST_CASE("Killing what does not run is a conflict") {
  const auto ground = open_ground();
  const auto id = ground->containers().create(ground->container("still", command::sleep()));
  REQUIRE_OK(id);
  CHECK_CODE(ErrorCode::conflict, ground->containers().kill(*id, "SIGKILL"));
}

TEST_CASE("What is stopped stays stopped under a restart policy") {
  const auto ground = open_ground();
  auto spec = ground->container("lasting", command::sleep());
  spec.restart = ports::RestartPolicy::unless_stopped;
  const auto id = ground->containers().create(spec);
  REQUIRE_OK(id);
  REQUIRE_OK(ground->containers().start(*id));
  REQUIRE_OK(ground->containers().stop(*id, std::chrono::seconds(5)));
  CHECK(ground->containers().inspect(*id)->state == ContainerState::exited);
}

TEST_CASE("What is transient is gone when its input has ended") {
  const auto ground = open_ground();
  auto spec = ground->container("passing", command::copy());
  spec.open_input = true;
  spec.transient = true;
  const auto id = ground->containers().create(spec);
  REQUIRE_OK(id);
  {
    const auto session = ground->streams().attach_and_start(*id, false);
    REQUIRE_OK(session);
    REQUIRE_OK((*session)->write("a word"));
    REQUIRE_OK(ground->containers().inspect(*id));
    REQUIRE_OK((*session)->close_input());
    CHECK(listen(**session).out == "a word");
  }
  const auto gone = [&] {
    const auto seen = ground->containers().inspect(*id);
    return !seen && seen.error().code == ErrorCode::not_found;
  };
  for (int i = 0; i < 500 && !gone(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  CHECK(gone());
}

TEST_CASE("Ten threads create and start containers at the same time") {
  const auto ground = open_ground();
  std::vector<Result<void>> outcomes(10);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < outcomes.size(); ++i)
      threads.emplace_back([&, i] {
        auto made = ground->containers().create(ground->container("thread-" + std::to_string(i), command::sleep()));
        outcomes[i] = made ? ground->containers().start(*made) : Result<void>(Failure(made.error()));
      });
  }
  for (const auto& outcome : outcomes) CHECK(outcome);
  const auto all = ground->containers().list(ground->labels());
  REQUIRE_OK(all);
  std::set<std::string> ids;
  for (const auto& container : *all) {
    CHECK(container.state == ContainerState::running);
    ids.insert(container.id);
  }
  CHECK(ids.size() == outcomes.size());
}
