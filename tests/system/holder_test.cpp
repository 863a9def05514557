#include "system/holder.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <string>

#include "fakes/child_process.hpp"

using namespace divio;
using namespace divio::tests;

TEST_CASE("a process's state and start are read whatever its name") {
  const std::string rest =
      " S 1 4242 4242 0 -1 4194304 87 0 0 0 0 0 0 0 20 0 1 0 987654 2764800 214 18446744073709551615";
  for (const std::string name : {"(divioctl)", "(a b)", "()", "(a) S 1 2 (b)", "(((()", "()))", "(a\nb)"}) {
    INFO(name);
    const auto stat = system::parse_process_stat("4242 " + name + rest);
    REQUIRE(stat.has_value());
    CHECK(stat->state == 'S');
    CHECK(stat->started == 987654);
  }
}

TEST_CASE("what is not a process's state is not read") {
  for (const std::string text : {"", "4242", "4242 (a)", "4242 (a) ", "4242 (a) S 1 2 3",
                                 "4242 (a) S 1 4242 4242 0 -1 4194304 87 0 0 0 0 0 0 0 20 0 1 0 soon 2764800"}) {
    INFO(text);
    CHECK_FALSE(system::parse_process_stat(text).has_value());
  }
}

TEST_CASE("this process is somebody, and is there") {
  const model::Holder self = system::this_holder();
  CHECK_FALSE(self.machine.empty());
  CHECK_FALSE(self.boot.empty());
  CHECK(self.process == ::getpid());
  CHECK(self.process_started > 0);
  CHECK(self.person.find('@') != std::string::npos);
  CHECK(system::this_holder() == self);
  CHECK_FALSE(system::is_gone(self, self));
}

TEST_CASE("a holder is gone when its process has ended, is another one by now, or the machine started anew") {
  const model::Holder self = system::this_holder();
  model::Holder other = self;
  other.process_started -= 1;
  CHECK(system::is_gone(other, self));
  other = self;
  other.boot = "an earlier start";
  CHECK(system::is_gone(other, self));

  ChildProcess child([](int) { return ::pause(); });
  other = self;
  other.process = child.id();
  other.process_started = 0;  // not known
  CHECK_FALSE(system::is_gone(other, self));
  child.kill();
  CHECK(system::is_gone(other, self));
}

TEST_CASE("a holder that has ended and that nobody has waited for is gone") {
  const model::Holder self = system::this_holder();
  ChildProcess child([](int) { return 0; });
  model::Holder other = self;
  other.process = child.id();
  other.process_started = 0;
  // The end of its output comes with its end, its state a moment later.
  child.read_all();
  siginfo_t ended{};
  REQUIRE(::waitid(P_PID, static_cast<id_t>(child.id()), &ended, WEXITED | WNOWAIT) == 0);
  CHECK(system::is_gone(other, self));
}

TEST_CASE("of a holder on another machine, or one that is not known, nobody says that it is gone") {
  const model::Holder self = system::this_holder();
  model::Holder other{"another-machine", "another start", 4711, 1, "bert@server"};
  CHECK_FALSE(system::is_gone(other, self));
  CHECK_FALSE(system::is_gone({}, self));
}
