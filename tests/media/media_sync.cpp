// For the benchmark and the tests with a real engine: media between a folder and a volume or bucket, through this process.
//   media_sync ENDPOINT VOLUME push|pull FOLDER [--delete]
// With an ENDPOINT that is http:// or https:// it is that of an S3 storage and VOLUME a bucket; AWS_ACCESS_KEY_ID and
// AWS_SECRET_ACCESS_KEY say with which key pair.
// Prints "FILES BYTES UNCHANGED REMOVED", then the most memory this process had, in KiB.
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <span>

#include "engines/docker/docker.hpp"
#include "media/place.hpp"
#include "storage/storage.hpp"
#include "support/try.hpp"

namespace {

using namespace divio;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

Result<media::Place> open(std::span<char*> words, std::unique_ptr<ports::Engine>& engine) {
  if (std::string_view(words[1]).starts_with("http")) {
    storage::S3Settings settings{.endpoint = words[1], .bucket = words[2], .access_key = variable("AWS_ACCESS_KEY_ID"),
                                 .secret_key = Secret(variable("AWS_SECRET_ACCESS_KEY"))};
    DIVIO_TRY(opened, storage::open_s3(std::move(settings)));
    return media::Place(media::Bucket{std::move(opened), words[2]});
  }
  DIVIO_ASSIGN(engine, engines::open_docker({words[1], {}}, engines::BuildWith::best));
  return media::Place(media::Volume{*engine, words[2], {{"divio.bench", words[2]}}, {"haproxy:2.6"}, {}});
}

Result<void> run(std::span<char*> words) {
  std::unique_ptr<ports::Engine> engine;
  DIVIO_TRY(place, open(words, engine));
  media::SyncOptions options;
  options.remove = words.size() > 5 && std::string_view(words[5]) == "--delete";
  const auto sync = std::string_view(words[3]) == "push" ? media::push_to : media::pull_from;
  DIVIO_TRY(synced, sync(place, words[4], options));
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
