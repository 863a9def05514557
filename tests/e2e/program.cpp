#include "e2e/program.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace divio::live {
namespace {

constexpr auto patience = std::chrono::minutes(5);

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (auto& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

std::vector<std::string> merged(const std::map<std::string, std::string>& added) {
  std::vector<std::string> all;
  for (const auto& [name, value] : added) all.push_back(name + "=" + value);
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string text = *variable;
    if (!added.contains(text.substr(0, text.find('=')))) all.push_back(text);
  }
  return all;
}

void redirect(const char* path, int flags, int to) {
  const int file = open(path, flags, 0600);
  if (file < 0 || dup2(file, to) < 0) _exit(126);
}

}  // namespace

nlohmann::json Ended::json() const {
  auto end = out.find_last_not_of('\n');
  const auto begin = end == std::string::npos ? 0 : out.rfind('\n', end);
  const auto line = out.substr(begin == std::string::npos ? 0 : begin);
  auto parsed = nlohmann::json::parse(line, nullptr, false);
  REQUIRE_MESSAGE(!parsed.is_discarded(), text());
  return parsed;
}

// What went wrong first, and of the answer its end: progress can be thousands of lines.
std::string Ended::text() const {
  constexpr std::size_t most = 3000;
  const auto end = out.size() <= most ? out : "[...]" + out.substr(out.size() - most);
  return "exit code " + std::to_string(code) + "\n" + err + end;
}

// Other threads may hold a lock of the allocator's in the moment of fork(), and nobody will let it go in the child: that takes no memory.
Running::Running(const Command& command) {
  const auto in = (folder_ / "in").string();
  const auto out = (folder_ / "out").string();
  const auto err = (folder_ / "err").string();
  std::ofstream(in, std::ios::binary) << command.input;
  auto words = command.words;
  auto variables = merged(command.environment);
  const auto arguments = pointers(words);
  const auto environment = pointers(variables);
  id_ = fork();
  if (id_ < 0) throw std::runtime_error("cannot fork");
  if (id_ > 0) return;
  setpgid(0, 0);
  redirect(in.c_str(), O_RDONLY, 0);
  redirect(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 1);
  redirect(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 2);
  execvpe(arguments.front(), arguments.data(), environment.data());
  _exit(127);
}

Running::~Running() {
  if (id_ < 0) return;
  signal(SIGKILL);
  reap(0);
}

void Running::signal(int number) const {
  if (id_ > 0) kill(id_, number);
}

bool Running::reap(int options) {
  if (id_ < 0) return true;
  const auto found = waitpid(id_, &status_, options);
  if (found == id_) id_ = -1;
  return id_ < 0;
}

bool Running::says(const std::string& words) {
  const auto said = [&] { return file_text(folder_ / "err").find(words) != std::string::npos; };
  bool ended = false;
  comes_true([&] { return said() || (ended = reap(WNOHANG)); }, patience);
  if (!said()) MESSAGE("it did not say '" << words << "' but:\n" << file_text(folder_ / "err"));
  return said();
}

std::string Running::out() const { return file_text(folder_ / "out"); }

Ended Running::wait() {
  if (!comes_true([this] { return reap(WNOHANG); }, patience)) {
    FAIL_CHECK("it did not end in five minutes");
    signal(SIGKILL);
    reap(0);
  }
  const int code = WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_);
  return {code, out(), file_text(folder_ / "err")};
}

Ended run(const Command& command) { return Running(command).wait(); }

std::string file_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string needed_variable(const char* name) {
  const char* value = std::getenv(name);
  REQUIRE_MESSAGE(value != nullptr, name << " is not set: run this with tests/run.sh");
  return value;
}

std::string variable_or(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? otherwise : value;
}

void pause_shortly() { std::this_thread::sleep_for(std::chrono::milliseconds(10)); }

}  // namespace divio::live
