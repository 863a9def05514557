#include <thread>

#include "docker/engine_contract.hpp"
#include "fakes/tar.hpp"

using namespace divio;
using namespace divio::contract;

TEST_CASE("A log holds both outputs apart") {
  const auto ground = open_ground();
  const auto id = ground->run("speak", command::speak());
  REQUIRE_OK(ground->containers().wait(id, {}));
  const auto heard = log_of(*ground, id);
  CHECK(heard.out == "to-out\n");
  CHECK(heard.err == "to-err\n");
}

TEST_CASE("The tail of a log is its last lines, with timestamps where asked for") {
  const auto ground = open_ground();
  const auto id = ground->run("count", command::count());
  REQUIRE_OK(ground->containers().wait(id, {}));
  CHECK(log_of(*ground, id, {.tail = 2, .follow = false, .timestamps = false, .since = ""}).out == "line-4\nline-5\n");
  const auto stamped = log_of(*ground, id, {.tail = 1, .follow = false, .timestamps = true, .since = ""}).out;
  CHECK(stamped.ends_with(" line-5\n"));
  CHECK(model::parse_rfc3339(stamped.substr(0, stamped.find(' '))));
  CHECK(log_of(*ground, id, {.tail = -1, .follow = false, .timestamps = false, .since = "2001-01-01T00:00:00Z"})
            .out.size() == 35);
  CHECK(log_of(*ground, id, {.tail = -1, .follow = false, .timestamps = false, .since = "2101-01-01T00:00:00Z"})
            .out.empty());
}

TEST_CASE("Following a log ends with the container") {
  const auto ground = open_ground();
  const auto id = ground->run("count", command::count());
  CHECK(log_of(*ground, id, {.tail = -1, .follow = true, .timestamps = false, .since = ""}).out.ends_with("line-5\n"));
}

TEST_CASE("Following a log ends in success when it is stopped") {
  const auto ground = open_ground();
  const auto id = ground->run("silent", command::sleep());
  std::stop_source source;
  std::jthread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    source.request_stop();
  });
  CHECK(ground->streams().logs(
      id, {.tail = -1, .follow = true, .timestamps = false, .since = ""}, [](ports::Output, std::string_view) {},
      source.get_token()));
}

TEST_CASE("The log of a container that is not there is not found") {
  const auto ground = open_ground();
  CHECK_CODE(ErrorCode::not_found,
             ground->streams().logs(ground->name("nobody"), {}, [](ports::Output, std::string_view) {}, {}));
}

TEST_CASE("A command in a container gives both outputs and its exit code") {
  const auto ground = open_ground();
  const auto id = ground->run("host", command::sleep());
  ports::ExecSpec spec;
  spec.command = command::speak();
  spec.open_input = false;
  auto session = ground->streams().exec(id, spec);
  REQUIRE_OK(session);
  const auto heard = listen(**session);
  CHECK(heard.out == "to-out\n");
  CHECK(heard.err == "to-err\n");
  CHECK((*session)->exit_code() == 3);
}

TEST_CASE("A command in a container has the variables, the folder and the user it is given") {
  const auto ground = open_ground();
  const auto id = ground->run("host", command::sleep());
  ports::ExecSpec spec;
  spec.command = command::greet();
  spec.environment["GREETING"] = {Secret("good morning"), false};
  spec.directory = "/usr";
  spec.user = "nobody";
  spec.open_input = false;
  auto session = ground->streams().exec(id, spec);
  REQUIRE_OK(session);
  CHECK(listen(**session).out == "good morning from /usr as nobody\n");
}

TEST_CASE("A command reads its input until it is closed, however much it is") {
  const auto ground = open_ground();
  const auto id = ground->run("host", command::sleep());
  ports::ExecSpec spec;
  spec.command = command::copy();
  auto session = ground->streams().exec(id, spec);
  REQUIRE_OK(session);
  // More than all buffers on the way hold: the command blocks on its output before it has read all of its input.
  std::string input;
  for (int i = 0; input.size() < 8 * 1024 * 1024; ++i) input += std::to_string(i) + "\n";
  REQUIRE_OK((*session)->write(input));
  REQUIRE_OK((*session)->close_input());
  const auto heard = listen(**session);
  CHECK(heard.out.size() == input.size());
  CHECK((heard.out == input));
  CHECK((*session)->exit_code() == 0);
}

TEST_CASE("Reading from a silent command times out, and the session goes on") {
  const auto ground = open_ground();
  const auto id = ground->run("host", command::sleep());
  ports::ExecSpec spec;
  spec.command = command::copy();
  auto session = ground->streams().exec(id, spec);
  REQUIRE_OK(session);
  CHECK_CODE(ErrorCode::timed_out, (*session)->read(std::chrono::milliseconds(20)));
  REQUIRE_OK((*session)->write("still here\n"));
  REQUIRE_OK((*session)->close_input());
  CHECK(listen(**session).out == "still here\n");
}

TEST_CASE("A command in what does not run is a conflict, in what is not there not found") {
  const auto ground = open_ground();
  const auto id = ground->containers().create(ground->container("still", command::sleep()));
  REQUIRE_OK(id);
  ports::ExecSpec spec;
  spec.command = command::speak();
  CHECK_CODE(ErrorCode::conflict, ground->streams().exec(*id, spec));
  CHECK_CODE(ErrorCode::not_found, ground->streams().exec(ground->name("nobody"), spec));
}

TEST_CASE("Attaching before the start misses no output and gives the exit code") {
  const auto ground = open_ground();
  const auto id = ground->containers().create(ground->container("main", command::speak()));
  REQUIRE_OK(id);
  auto session = ground->streams().attach_and_start(*id, false);
  REQUIRE_OK(session);
  const auto heard = listen(**session);
  CHECK(heard.out == "to-out\n");
  CHECK(heard.err == "to-err\n");
  CHECK((*session)->exit_code() == 3);
}

TEST_CASE("The main process reads what is written to it") {
  const auto ground = open_ground();
  auto spec = ground->container("main", command::copy());
  spec.open_input = true;
  const auto id = ground->containers().create(spec);
  REQUIRE_OK(id);
  auto session = ground->streams().attach_and_start(*id, false);
  REQUIRE_OK(session);
  REQUIRE_OK((*session)->write("one\ntwo\n"));
  REQUIRE_OK((*session)->close_input());
  CHECK(listen(**session).out == "one\ntwo\n");
  CHECK((*session)->exit_code() == 0);
}

TEST_CASE("Files are written into and read from a container that does not run yet") {
  const auto ground = open_ground();
  const auto id = ground->containers().create(ground->container("files", command::sleep()));
  REQUIRE_OK(id);
  const fakes::Files files{{"settings.txt", "colour: red\n"}, {"more.txt", std::string(100'000, 'x')}};
  REQUIRE_OK(ground->streams().put_archive(*id, "/srv", fakes::write_tar(files)));
  const auto tar = ground->streams().get_archive(*id, "/srv/settings.txt");
  REQUIRE_OK(tar);
  CHECK(fakes::read_tar(*tar) == fakes::Files{{"settings.txt", "colour: red\n"}});
  CHECK(fakes::read_tar(*ground->streams().get_archive(*id, "/srv")).at("srv/more.txt").size() == 100'000);
  CHECK_CODE(ErrorCode::not_found, ground->streams().get_archive(*id, "/srv/nothing.txt"));
  CHECK_CODE(ErrorCode::not_found, ground->streams().put_archive(ground->name("nobody"), "/srv", *tar));
}

TEST_CASE("Files that are put where a volume is are there in the next container that has it, and gone with it") {
  const auto ground = open_ground();
  REQUIRE_OK(ground->engine().volumes().create(ground->name("kept"), ground->labels()));
  const auto make = [&](std::string_view what) {
    auto spec = ground->container(what, command::sleep());
    spec.mounts = {{ground->name("kept"), "/srv"}};
    REQUIRE_OK(ground->containers().create(spec));
  };
  make("first");
  REQUIRE_OK(ground->streams().put_archive(ground->name("first"), "/srv", fakes::write_tar({{"note.txt", "kept\n"}})));
  REQUIRE_OK(ground->containers().remove(ground->name("first")));
  make("second");
  const auto tar = ground->streams().get_archive(ground->name("second"), "/srv/note.txt");
  REQUIRE_OK(tar);
  CHECK(fakes::read_tar(*tar).at("note.txt") == "kept\n");
  REQUIRE_OK(ground->containers().remove(ground->name("second")));
  REQUIRE_OK(ground->engine().volumes().remove(ground->name("kept")));
  make("third");
  CHECK_CODE(ErrorCode::not_found, ground->streams().get_archive(ground->name("third"), "/srv/note.txt"));
}
