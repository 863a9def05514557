// Programs under test, run as a person or a script runs them.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "fakes/temporary_folder.hpp"

namespace divio::live {

struct Ended {
  int code = -1;  // 128 + N if signal N ended it
  std::string out;
  std::string err;

  // The last line of its standard output; the test ends where that is no JSON.
  [[nodiscard]] nlohmann::json json() const;
  // All of it, for a failing test to show.
  [[nodiscard]] std::string text() const;
};

struct Command {
  std::vector<std::string> words;                   // the program first: a path, or a name looked up in PATH
  std::map<std::string, std::string> environment;  // added to the test's own
  std::string input = {};                          // its standard input, to the end
};

// A program that runs. One that has not ended at the end of the scope is killed.
class Running {
 public:
  explicit Running(const Command& command);
  ~Running();
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  void signal(int number) const;
  // Until its standard error holds the words, five minutes at most; false if it ended without them, and then a failed
  // test shows what it did say.
  bool says(const std::string& words);
  // What it wrote to its standard output so far, and all of it when it has ended.
  [[nodiscard]] std::string out() const;
  // Until it ends by itself, five minutes at most.
  Ended wait();

 private:
  bool reap(int options);

  tests::TemporaryFolder folder_;
  pid_t id_ = -1;
  int status_ = 0;
};

Ended run(const Command& command);

// Asks again and again, until the answer is yes or the time is over.
template <class Question>
bool comes_true(Question question, std::chrono::milliseconds within = std::chrono::minutes(2));

[[nodiscard]] std::string file_text(const std::filesystem::path& path);
// The test ends if the variable is not set.
[[nodiscard]] std::string needed_variable(const char* name);
// The variable, or what it is otherwise.
[[nodiscard]] std::string variable_or(const char* name, const std::string& otherwise);

void pause_shortly();

template <class Question>
bool comes_true(Question question, std::chrono::milliseconds within) {
  const auto end = std::chrono::steady_clock::now() + within;
  while (!question()) {
    if (std::chrono::steady_clock::now() > end) return false;
    pause_shortly();
  }
  return true;
}

}  // namespace divio::live
