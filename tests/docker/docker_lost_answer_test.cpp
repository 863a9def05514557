// What is done again when an answer was lost, and what is not, against a server that loses answers.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>

#include "engines/docker/docker.hpp"
#include "engines/docker/repeats.hpp"
#include "fakes/scripted_server.hpp"

using namespace divio;
using namespace divio::engines;
using fakes::http_answer;
using fakes::ScriptedServer;
using fakes::SeenRequest;
using system::Repeat;

namespace {

// Greets, and loses the first answer to what contains `lost`; then everything is answered by `answer`.
class ForgetfulEngine {
 public:
  ForgetfulEngine(std::string lost, fakes::Answer answer)
      : server_([this, lost = std::move(lost), answer = std::move(answer)](const SeenRequest& seen) {
          if (seen.line.starts_with("GET /_ping ")) return http_answer(200, "OK", "Api-Version: 1.41\r\n");
          if (seen.line.find(lost) != std::string::npos && !lost_.exchange(true)) return std::string();
          return answer(seen);
        }),
        engine_(std::move(*open_docker({"unix://" + server_.socket_path(), ""}))) {}

  ports::Engine* operator->() const { return engine_.get(); }
  [[nodiscard]] long count(const std::string& part) const {
    const auto seen = server_.requests();
    return std::ranges::count_if(seen,
                                 [&](const auto& request) { return request.line.find(part) != std::string::npos; });
  }

 private:
  std::atomic<bool> lost_{false};
  ScriptedServer server_;
  std::unique_ptr<ports::Engine> engine_;
};

constexpr const char* inspected = R"({"Id":"abc","Name":"/one","Config":{"Image":"i:1","Labels":{"k":"v"}},)"
                                  R"("State":{"Status":"STATE"}})";

std::string container_in(const std::string& state) {
  std::string text = inspected;
  return text.replace(text.find("STATE"), 5, state);
}

ports::ContainerSpec spec_of(const std::string& label) {
  ports::ContainerSpec spec;
  spec.name = "one";
  spec.image = "i:1";
  spec.labels = {{"k", label}};
  return spec;
}

}  // namespace

TEST_CASE("Which calls are made again when their answer was lost") {
  const auto of = [](const char* method, const char* path, bool named = false) {
    Call call{method, path, "x"};
    if (named) call.query = {{"name", "n"}};
    return repeat_of(call);
  };
  for (const char* path : {"/containers/json", "/containers/x/logs", "/info", "/images/get", "/exec/x/json"})
    CHECK(of("GET", path) == Repeat::if_unanswered);
  for (const char* path : {"/containers/x", "/networks/x", "/volumes/x", "/images/x:1"})
    CHECK(of("DELETE", path) == Repeat::if_unanswered);
  CHECK(of("PUT", "/containers/x/archive") == Repeat::if_unanswered);
  for (const char* path : {"/networks/create", "/volumes/create", "/containers/x/stop", "/containers/x/wait",
                           "/images/x:1/tag", "/images/create"})
    CHECK(of("POST", path) == Repeat::if_unanswered);
  CHECK(of("POST", "/containers/create", true) == Repeat::if_unanswered);
  for (const char* path :
       {"/containers/create", "/containers/x/start", "/containers/x/kill", "/containers/x/exec", "/containers/x/attach",
        "/exec/x/start", "/exec/x/resize", "/build", "/images/load", "/images/stop", "/something/new"})
    CHECK(of("POST", path) == Repeat::if_unsent);
}

TEST_CASE("Looking, removing, stopping and making what has a name outlive a lost answer") {
  const ForgetfulEngine engine("/v1.41/", [](const SeenRequest& seen) {
    if (seen.line.starts_with("GET")) return http_answer(200, "[]");
    return http_answer(seen.line.starts_with("DELETE") ? 404 : 201, "{}");
  });
  SUBCASE("looking") {
    CHECK(engine->containers().list({}));
  }
  SUBCASE("removing") {
    CHECK(engine->volumes().remove("x"));
  }
  SUBCASE("stopping") {
    CHECK(engine->containers().stop("x", std::chrono::seconds(1)));
  }
  SUBCASE("making") {
    CHECK(engine->networks().create({"n", "", "", {}}));
  }
  CHECK(engine.count("/v1.41/") == 2);
}

TEST_CASE("A container whose creation was not answered is recognised when it is made again") {
  const ForgetfulEngine engine("/create", [](const SeenRequest& seen) {
    if (seen.line.starts_with("POST")) return http_answer(409, R"({"message":"name is already in use"})");
    return http_answer(200, container_in("created"));
  });
  CHECK(engine->containers().create(spec_of("v")) == "abc");
  CHECK(engine.count("/create") == 2);
}

TEST_CASE("A container of that name which is another one stays a conflict") {
  std::string state = "created";
  std::string label = "v";
  SUBCASE("other labels") {
    label = "other";
  }
  SUBCASE("it runs already") {
    state = "running";
  }
  const ForgetfulEngine engine("/create", [&](const SeenRequest& seen) {
    if (seen.line.starts_with("POST")) return http_answer(409, R"({"message":"name is already in use"})");
    return http_answer(200, container_in(state));
  });
  const auto made = engine->containers().create(spec_of(label));
  REQUIRE_FALSE(made);
  CHECK(made.error().code == ErrorCode::conflict);
}

TEST_CASE("A start whose answer was lost asks what became of it, and never starts twice what has ended") {
  std::string state;
  long starts = 1;
  bool good = true;
  SUBCASE("it runs") {
    state = "running";
  }
  SUBCASE("it was not started") {
    state = "created";
    starts = 2;
  }
  SUBCASE("it has ended since") {
    state = "exited";
    good = false;
  }
  const ForgetfulEngine engine("/start", [&](const SeenRequest& seen) {
    return seen.line.starts_with("GET") ? http_answer(200, container_in(state)) : http_answer(204, "");
  });
  const auto started = engine->containers().start("one");
  CHECK(started.has_value() == good);
  if (!started) CHECK(started.error().code == ErrorCode::unreachable);
  CHECK(engine.count("/start") == starts);
}

TEST_CASE("Signals, commands and builds whose answer was lost are not sent again") {
  const ForgetfulEngine engine("POST", [](const SeenRequest&) { return http_answer(201, R"({"Id":"abc"})"); });
  // A connection that is kept open: libcurl itself would send the request again.
  REQUIRE(engine->volumes().list({}));
  SUBCASE("a signal") {
    CHECK_FALSE(engine->containers().kill("one", "SIGHUP"));
  }
  SUBCASE("a command") {
    CHECK_FALSE(engine->streams().exec("one", {.command = {"x"}, .environment = {}, .user = "", .directory = ""}));
  }
  SUBCASE("a load") {
    CHECK_FALSE(engine->images().load([](const ports::ByteSink& sink) { return sink("bytes"); }, {}));
  }
  CHECK(engine.count("POST") == 1);
}
