// What a move of media into a bucket, from another one or from a volume, would come to.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "controller/media_buckets.hpp"
#include "controller/media_data.hpp"
#include "media/at_once.hpp"
#include "media/objects.hpp"
#include "migration/environment/plan_draft.hpp"
#include "support/try.hpp"

namespace divio::migration::environment {
namespace {

constexpr double pause_beside_lists_ms = 100;  // for the few objects of the last moment
constexpr double requests_for_an_object = 4;   // to look at it, to read it and to write it

template <class Ask>
auto measured(double& ms, const Ask& ask) {
  const auto began = std::chrono::steady_clock::now();
  auto answer = ask();
  ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();
  return answer;
}

// Whether nothing of anybody's is in it, and nobody else uses it.
Result<void> look_at_target(Draft& draft, const media::Place& source, const media::Bucket& target, double& list_ms) {
  if (const auto* bucket = std::get_if<media::Bucket>(&source)) {
    DIVIO_TRY(same, media::is_same(target, *bucket));
    if (same) {
      draft.stop(fmt::format("bucket {} is the one that the files are in, by another address", target.name), "name another bucket");
      return {};
    }
  }
  DIVIO_TRY(empty, measured(list_ms, [&] { return media::is_empty(target); }));
  if (!empty) draft.stop(fmt::format("bucket {} holds objects already, and nothing of anybody's is replaced or removed", target.name), "make another one, or empty it");
  return {};
}

void look_at_names(Draft& draft, const std::vector<std::string>& left_out) {
  if (left_out.empty()) return;
  draft.stop(fmt::format("not every storage can keep what is called '{}': its name is none for an object, or it is a link", media::printable(left_out.front())),
             "give such files other names, put files in place of links, or remove them: names have up to 900 bytes of UTF-8 without control characters, 200 between slashes");
}

// Of a bucket without the times that it is told to remember, as in the pause.
Result<media::Contents> contents_of(const media::Place& place) {
  if (const auto* bucket = std::get_if<media::Bucket>(&place))
    return media::list_stored(*bucket).map([](media::Objects objects) { return media::Contents{std::move(objects.listing.files), std::move(objects.listing.left_out)}; });
  DIVIO_TRY(contents, media::list_of(place));
  for (const auto& file : contents.files)
    if (!ports::check_key(file.path)) contents.left_out.push_back(file.path);
  return contents;
}

void say_what_becomes_of_source(Draft& draft, const model::ServiceInstance& instance) {
  auto& obstacles = draft.view.obstacles;
  if (instance.bucket)
    obstacles.push_back({false, fmt::format("the bucket {} stays with all that is in it, also when the move is final", address_of(*instance.bucket)),
                         "remove it and its key pair at the provider, once you need neither"});
  else
    obstacles.push_back({false, fmt::format("once the application uses the bucket there is no folder {} any more", instance.mount),
                         fmt::format("let it find its files by {}_STORAGE_DSN, which names the bucket then", instance.prefix.upper())});
}

}  // namespace

Result<void> look_at_bucket(Draft& draft, const model::ServiceInstance& instance, const model::ServicePlace& there, MigrationServiceView& view) {
  auto& runtime = draft.regions.source;
  view.method = "passes";
  double from_ms = 0;
  double to_ms = 0;
  DIVIO_TRY(source, controller::media_place(runtime, instance, {}));
  DIVIO_TRY(contents, measured(from_ms, [&] { return contents_of(source); }));
  view.files = contents.files.size();
  for (const auto& file : contents.files) view.bytes += file.bytes;
  look_at_names(draft, contents.left_out);
  if (const auto usable = controller::check_bucket(runtime, instance, *there.login); !usable) {
    draft.stop(usable.error().message, usable.error().hint);
    return {};
  }
  DIVIO_TRY(target, controller::media_bucket(runtime, model::placed(instance, there), {}));
  DIVIO_CHECK(look_at_target(draft, source, target, to_ms));
  say_what_becomes_of_source(draft, instance);
  const auto pages = static_cast<double>(view.files / media::most_in_a_page + 1);
  if (!instance.bucket) from_ms = static_cast<double>(view.files) / files_looked_at_per_ms;  // it is open by then
  draft.view.predicted_pause_ms += pause_beside_lists_ms + std::max(from_ms, to_ms * pages);
  draft.view.predicted_copy_s += static_cast<double>(view.files) * requests_for_an_object * to_ms / 1000 / static_cast<double>(media::requests_at_once);
  return {};
}

}  // namespace divio::migration::environment
