// For the benchmark and the tests with a real engine: media between a folder and a volume, through this process.
//   media_sync ENDPOINT VOLUME push|pull FOLDER [--delete]
// Prints "FILES BYTES UNCHANGED REMOVED", then the most memory this process had, in KiB.
#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <span>

#include "engines/docker/docker.hpp"
#include "media/sync.hpp"
#include "support/try.hpp"

namespace {

using namespace divio;

Result<void> run(std::span<char*> words) {
  const engines::Endpoint endpoint{words[1], {}};
  DIVIO_TRY(engine, engines::open_docker(endpoint, engines::BuildWith::best));
  const media::Volume volume{*engine, words[2], {{"divio.bench", words[2]}}, {"haproxy:2.6"}, {}};
  media::SyncOptions options;
  options.remove = words.size() > 5 && std::string_view(words[5]) == "--delete";
  const auto sync = std::string_view(words[3]) == "push" ? media::push : media::pull;
  DIVIO_TRY(synced, sync(volume, words[4], options));
  std::cout << fmt::format("{} {} {} {}\n", synced.files, synced.bytes, synced.plan.unchanged, synced.plan.remove.size());
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) std::cout << line.substr(6) << "\n";
  return {};
}

}  // namespace

int main(int count, char** words) {
  if (count < 5) return 2;
  const auto done = run({words, static_cast<std::size_t>(count)});
  if (!done) std::cerr << done.error().message << "\n" << done.error().hint << "\n";
  return done ? 0 : 1;
}
