#include "migration/test_register.hpp"

namespace divio::test {
namespace {

constexpr const char* register_program = R"(use IO::Socket::INET;
my $server = IO::Socket::INET->new(LocalPort => 8099, Listen => 5, ReuseAddr => 1) or die;
while (my $client = $server->accept) {
  my $line = <$client>; while (my $more = <$client>) { last if $more =~ /^\r?\n$/ }
  open(my $log, '>>', '/tmp/asked'); print $log $line; close $log;
  if (open(my $file, '<', '/tmp/decision')) { my $body = <$file>; print $client "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n$body" }
  else { print $client "HTTP/1.1 503 Unavailable\r\n\r\ncommitted" }
  close $client;
})";

}  // namespace

TestRegister::TestRegister(RealServers& servers, std::string container, std::string address)
    : servers_(servers), container_(std::move(container)), address_(std::move(address)) {
  run({"sh", "-c", "rm -f /tmp/decision /tmp/asked; setsid perl -e \"$0\" >/dev/null 2>&1 </dev/null & echo $! >/tmp/register.pid", register_program});
}

TestRegister::~TestRegister() { run({"sh", "-c", "kill $(cat /tmp/register.pid)"}); }

void TestRegister::decide(const std::string& word) {
  run({"sh", "-c", "printf %s \"$0\" >/tmp/decision.new; mv /tmp/decision.new /tmp/decision", word});
}

int TestRegister::questions() { return std::stoi(run({"sh", "-c", "cat /tmp/asked 2>/dev/null | grep -c '^GET /moves/g1 ' || true"})); }

std::string TestRegister::run(std::vector<std::string> command) {
  const auto said = servers_.run(container_, std::move(command));
  REQUIRE(said.code == 0);
  return said.out;
}

}  // namespace divio::test
