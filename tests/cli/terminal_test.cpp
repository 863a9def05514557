// The program on a terminal: questions, raw mode, redrawn progress.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#include <chrono>
#include <csignal>
#include <vector>

#include "program.hpp"

namespace {

// The program on a pseudo terminal of 60 columns and 20 rows.
class Seat {
 public:
  explicit Seat(std::vector<std::string> words, const std::string& seconds = "", const std::string& migrations = "") {
    winsize size{20, 60, 0, 0};
    REQUIRE(openpty(&ours_, &theirs_, nullptr, nullptr, &size) == 0);
    fcntl(ours_, F_SETFD, FD_CLOEXEC);
    child_ = fork();
    if (child_ == 0) become(words, seconds, migrations);
  }
  ~Seat() {
    if (child_ > 0) {
      kill(child_, SIGKILL);
      waitpid(child_, nullptr, 0);
    }
    close(ours_);
    close(theirs_);
  }
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;

  void type(const std::string& text) { REQUIRE(write(ours_, text.data(), text.size()) == static_cast<ssize_t>(text.size())); }

  // Whether the text appears within ten seconds.
  bool shows(const std::string& text) {
    return within([&] { return seen_.find(text) != std::string::npos; });
  }

  bool echoes() const { return (mode().c_lflag & ECHO) != 0; }
  bool lines() const { return (mode().c_lflag & ICANON) != 0; }
  bool becomes_raw() {
    return within([&] { return !lines(); });
  }

  int ended() {
    int status = 0;
    REQUIRE(within([&] { return waitpid(child_, &status, WNOHANG) == child_; }));
    child_ = -1;
    read_more(50);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  void signal(int number) { kill(child_, number); }
  const std::string& seen() const { return seen_; }

 private:
  template <class Condition>
  bool within(Condition&& condition) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (std::chrono::steady_clock::now() < until) {
      if (condition()) return true;
      read_more(20);
    }
    return condition();
  }

  void read_more(int patience) {
    pollfd waited{ours_, POLLIN, 0};
    char buffer[4096];
    while (poll(&waited, 1, patience) == 1) {
      const auto count = read(ours_, buffer, sizeof buffer);
      if (count <= 0) return;
      seen_.append(buffer, static_cast<std::size_t>(count));
      patience = 0;
    }
  }

  termios mode() const {
    termios now{};
    REQUIRE(tcgetattr(theirs_, &now) == 0);
    return now;
  }

  [[noreturn]] void become(std::vector<std::string>& words, const std::string& seconds, const std::string& migrations) const {
    login_tty(theirs_);
    setenv("TERM", "xterm", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("FAKE_SECONDS", seconds.c_str(), 1);
    setenv("FAKE_MIGRATIONS", migrations.c_str(), 1);
    for (const auto* name : {"CI", "NO_COLOR", "DIVIOCTL_ENV", "FAKE_RECORD", "FAKE_FAILURE"}) unsetenv(name);
    std::vector<char*> arguments{const_cast<char*>("divioctl")};
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    execv(DIVIOCTL_UNDER_TEST, arguments.data());
    _exit(127);
  }

  int ours_ = -1;
  int theirs_ = -1;
  pid_t child_ = -1;
  std::string seen_;
};

}  // namespace

TEST_CASE("a secret is asked for without an echo, and the echo comes back") {
  Seat seat({"variable", "set", "--secret", "KEY"});
  REQUIRE(seat.shows("Value of KEY: "));
  CHECK_FALSE(seat.echoes());
  seat.type("open sesame\n");
  CHECK(seat.ended() == 0);
  CHECK(seat.echoes());
  CHECK(seat.seen().find("open sesame") == std::string::npos);
}

TEST_CASE("Ctrl-C while a secret is asked for brings the echo back") {
  Seat seat({"variable", "set", "--secret", "KEY"});
  REQUIRE(seat.shows("Value of KEY: "));
  seat.type("\x03");
  CHECK(seat.ended() == 128 + SIGINT);
  CHECK(seat.echoes());
}

TEST_CASE("destroy goes on only when the environment's name is typed") {
  Seat wrong({"destroy", "-e", "live"});
  REQUIRE(wrong.shows("Type its name to go on: "));
  wrong.type("yes\n");
  CHECK(wrong.ended() == 5);
  CHECK(wrong.seen().find("nothing is changed") != std::string::npos);

  Seat right({"destroy", "-e", "live"});
  REQUIRE(right.shows("the environment 'live' and the data in its volumes"));
  right.type("live\n");
  CHECK(right.ended() == 0);
}

TEST_CASE("the whole project is destroyed only when the project's name is typed") {
  Seat seat({"destroy", "--whole-project"});
  REQUIRE(seat.shows("the whole project 'shop'"));
  seat.type("test\n");
  CHECK(seat.ended() == 5);
}

TEST_CASE("the end of a migration asks about the region that does not serve, and where a service moves about its server") {
  Seat region({"migrate", "finalize", "-e", "live"});
  REQUIRE(region.shows("Type its name to go on: "));
  CHECK(region.seen().find("This removes what region eu has of environment 'live', its data too.") != std::string::npos);
  region.type("live\n");
  CHECK(region.ended() == 0);

  Seat server({"migrate", "finalize", "-e", "live"}, "", "service");
  REQUIRE(server.shows("Type its name to go on: "));
  CHECK(server.seen().find("This removes what server divio-postgres-15 has of service 'default' of environment 'live'.") != std::string::npos);
  server.type("default\n");
  CHECK(server.ended() == 5);
}

TEST_CASE("a command inside has a raw terminal, which is given back at its end") {
  Seat seat({"exec", "--", "sh"});
  REQUIRE(seat.becomes_raw());
  seat.type("\x03");  // Ctrl-C goes to the command
  CHECK(seat.shows("\x03"));
  seat.type("q");
  CHECK(seat.ended() == 7);
  CHECK(seat.lines());
  CHECK(seat.echoes());
}

TEST_CASE("a raw terminal is given back when the program is told to go") {
  for (const int number : {SIGHUP, SIGQUIT}) {
    Seat seat({"exec", "--", "sh"});
    REQUIRE(seat.becomes_raw());
    seat.signal(number);
    CHECK(seat.ended() == 128 + number);
    CHECK(seat.lines());
  }
  Seat seat({"exec", "--", "sh"});
  REQUIRE(seat.becomes_raw());
  seat.signal(SIGTERM);
  usleep(200'000);
  seat.signal(SIGTERM);
  CHECK(seat.ended() == 8);
  CHECK(seat.lines());
}

TEST_CASE("progress is redrawn, and what is finished stays") {
  Seat seat({"deploy"}, "1");
  CHECK(seat.shows("build the image"));
  CHECK(seat.shows("\x1b[1A\r\x1b[J"));
  CHECK(seat.ended() == 0);
  CHECK(seat.seen().find("✓\x1b[0m build the image (image reused)") != std::string::npos);
  CHECK(seat.seen().find("Release 4 serves") != std::string::npos);
}

TEST_CASE("Ctrl-C on a terminal stops at a safe point") {
  Seat seat({"deploy"}, "30");
  REQUIRE(seat.shows("build the image"));
  seat.type("\x03");
  CHECK(seat.shows("stopping at the next safe point"));
  CHECK(seat.ended() == 8);
}
