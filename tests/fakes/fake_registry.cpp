#include "fakes/fake_registry.hpp"

#include <fmt/format.h>

#include "support/ids.hpp"
#include "support/try.hpp"

namespace divio::fakes {

void FakeRegistry::go_away(bool away) {
  const std::lock_guard lock(mutex_);
  away_ = away;
}

void FakeRegistry::want_login(bool wanted) {
  const std::lock_guard lock(mutex_);
  wants_login_ = wanted;
}

Result<void> FakeRegistry::answers(std::string_view doing, const std::string& name) const {
  if (away_ || !name.starts_with(host_ + "/"))
    return fail(ErrorCode::unreachable, fmt::format("cannot {} image '{}': connection refused", doing, name));
  if (wants_login_)
    return fail(ErrorCode::refused, fmt::format("cannot {} image '{}': unauthorized", doing, name), "docker login " + host_);
  return {};
}

Result<std::string> FakeRegistry::put(const std::string& name, const StoredImage& image) {
  const std::lock_guard lock(mutex_);
  DIVIO_CHECK(answers("push", name));
  const auto digest = "sha256:" + sha256_hex(image.id);
  images_.insert_or_assign(name, image);
  images_.insert_or_assign(name.substr(0, name.rfind(':')) + "@" + digest, image);
  return digest;
}

Result<StoredImage> FakeRegistry::get(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  DIVIO_CHECK(answers("pull", name));
  if (const auto found = images_.find(name); found != images_.end()) return found->second;
  return fail(ErrorCode::not_found, fmt::format("cannot pull image '{}': manifest unknown", name));
}

void FakeRegistry::replace(const std::string& name, StoredImage image) {
  const std::lock_guard lock(mutex_);
  images_.insert_or_assign(name, std::move(image));
}

bool FakeRegistry::has(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  return images_.contains(name);
}

}  // namespace divio::fakes
