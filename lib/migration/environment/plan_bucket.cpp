// What a move of media from one bucket to another would come to.
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
Result<void> look_at_target(Draft& draft, const media::Bucket& source, const media::Bucket& target, double& list_ms) {
  DIVIO_TRY(same, media::is_same(target, source));
  if (same) {
    draft.stop(fmt::format("bucket {} is the one that the files are in, by another address", target.name), "name another bucket");
    return {};
  }
  DIVIO_TRY(empty, measured(list_ms, [&] { return media::is_empty(target); }));
  if (!empty) draft.stop(fmt::format("bucket {} holds objects already, and nothing of anybody's is replaced or removed", target.name), "make another one, or empty it");
  return {};
}

void look_at_names(Draft& draft, const media::Bucket& source, const std::vector<std::string>& left_out) {
  if (left_out.empty()) return;
  draft.stop(fmt::format("bucket {} has objects whose names not every storage can keep, '{}' for one", source.name, media::printable(left_out.front())),
             "give them other names, or remove them: up to 900 bytes of UTF-8 without control characters, 200 between slashes");
}

}  // namespace

Result<void> look_at_bucket(Draft& draft, const model::ServiceInstance& instance, const model::ServicePlace& there, MigrationServiceView& view) {
  auto& runtime = draft.regions.source;
  view.method = "passes";
  double from_ms = 0;
  double to_ms = 0;
  DIVIO_TRY(source, controller::media_bucket(runtime, instance, {}));
  DIVIO_TRY(objects, measured(from_ms, [&] { return media::list_stored(source); }));
  const auto& files = objects.listing.files;
  view.files = files.size();
  for (const auto& file : files) view.bytes += file.bytes;
  look_at_names(draft, source, objects.listing.left_out);
  if (const auto usable = controller::check_bucket(runtime, instance, *there.login); !usable) {
    draft.stop(usable.error().message, usable.error().hint);
    return {};
  }
  DIVIO_TRY(target, controller::media_bucket(runtime, model::placed(instance, there), {}));
  DIVIO_CHECK(look_at_target(draft, source, target, to_ms));
  draft.view.obstacles.push_back({false, fmt::format("the bucket {} stays with all that is in it, also when the move is final", source.name), "remove it and its key pair at the provider, once you need neither"});
  const auto pages = static_cast<double>(files.size() / media::most_in_a_page + 1);
  draft.view.predicted_pause_ms += pause_beside_lists_ms + std::max(from_ms, to_ms * pages);
  draft.view.predicted_copy_s += static_cast<double>(files.size()) * requests_for_an_object * to_ms / 1000 / static_cast<double>(media::requests_at_once);
  return {};
}

}  // namespace divio::migration::environment
