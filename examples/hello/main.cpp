// The smallest web application worth deploying, and one that fails on demand. See README.md for its paths and variables.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "connection.hpp"
#include "routes.hpp"

namespace {

std::atomic<int> open_connections{0};

std::string variable(const char* name, const char* otherwise = "") {
  const char* value = std::getenv(name);
  return value && *value ? value : otherwise;
}

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "hello: %s: %s\n", what.c_str(), std::strerror(errno));
  std::exit(1);
}

// Touches memory until the kernel ends it, or 1 GiB is reached where nothing limits it.
[[noreturn]] void use_up_memory() {
  std::vector<std::string> eaten;
  for (int i = 0; i < 256; ++i) eaten.emplace_back(4 * 1024 * 1024, 'x');
  std::fputs("hello: no memory limit stopped me at 1 GiB\n", stderr);
  std::exit(1);
}

int listen_on(std::uint16_t port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  if (bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("port " + std::to_string(port));
  if (listen(listener, 1024) != 0) fail("listen");
  return listener;
}

void talk(int socket, int stop) {
  {
    hello::Connection connection(socket, stop);
    while (auto request = connection.next()) {
      request->keep_alive = request->keep_alive && !connection.stopping();
      if (!hello::serve(connection, *request) || !request->keep_alive) break;
    }
  }
  --open_connections;
}

bool accept_one(int listener, int stop) {
  pollfd arrived{listener, POLLIN, 0};
  if (poll(&arrived, 1, 0) != 1) return false;
  const int socket = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  if (socket < 0) return false;
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ++open_connections;
  std::thread(talk, socket, stop).detach();
  return true;
}

// Until a signal asks to end: then what already connected is still answered, and nothing new is taken.
void run(int listener, int signals) {
  const int stop = eventfd(0, EFD_CLOEXEC);
  for (;;) {
    pollfd either[] = {{listener, POLLIN, 0}, {signals, POLLIN, 0}};
    if (poll(either, 2, -1) < 0) continue;
    if (either[1].revents) break;
    accept_one(listener, stop);
  }
  while (accept_one(listener, stop)) continue;
  close(listener);
  eventfd_write(stop, 1);
  while (open_connections > 0 && !hello::hanging()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

// For containers that are not the server: `hello print WORDS...`, `hello exit CODE`, `hello sleep SECONDS`.
int other_command(const std::vector<std::string>& words, int signals) {
  if (words[0] == "exit" && words.size() == 2) return std::atoi(words[1].c_str());
  if (words[0] == "sleep" && words.size() == 2) {
    pollfd ended{signals, POLLIN, 0};
    poll(&ended, 1, std::atoi(words[1].c_str()) * 1000);
    return 0;
  }
  if (words[0] != "print") {
    std::fputs("usage: hello [print WORDS... | exit CODE | sleep SECONDS]\n", stderr);
    return 2;
  }
  for (std::size_t i = 1; i < words.size(); ++i) std::printf("%s%s", i > 1 ? " " : "", words[i].c_str());
  std::printf("\n");
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  setvbuf(stdout, nullptr, _IOLBF, 0);
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);  // also makes them arrive as process 1, where defaults are ignored
  const int signals = signalfd(-1, &ends, SFD_CLOEXEC);
  if (count > 1) return other_command({arguments + 1, arguments + count}, signals);

  const std::string failure = variable("HELLO_FAIL");
  if (failure == "exit") {
    std::fputs("hello: reading the configuration\nhello: the configuration is broken, giving up\n", stderr);
    return 1;
  }
  if (failure == "oom") use_up_memory();
  pollfd ended{signals, POLLIN, 0};
  if (poll(&ended, 1, std::atoi(variable("HELLO_START_DELAY_MS", "0").c_str())) == 1) return 0;

  const int port = std::atoi(variable("PORT", "8000").c_str()) + (failure == "wrong-port" ? 1 : 0);
  const int listener = listen_on(static_cast<std::uint16_t>(port));
  std::printf("hello: listening on port %d\n", port);
  run(listener, signals);
  std::printf("hello: ended\n");
  std::fflush(stdout);
  _exit(0);  // connections that hang keep their threads
}
