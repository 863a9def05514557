// A registry in memory, which several engines use. Everything is safe from several threads at once.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "fakes/fake_engine.hpp"

namespace divio::fakes {

struct StoredImage {
  std::string id;
  std::set<std::string> names;
  FakeImage image;
  model::TimePoint created_at;
  std::set<std::string> digests = {};  // as which it was pulled: "host/team/shop@sha256:..."
};

class FakeRegistry {
 public:
  explicit FakeRegistry(std::string host) : host_(std::move(host)) {}

  [[nodiscard]] const std::string& host() const { return host_; }

  void go_away(bool away = true);      // nothing answers
  void want_login(bool wanted = true);  // and nobody has one

  // By name ("host/team/shop:1"), returns the digest; by name or digest ("host/team/shop@sha256:...").
  [[nodiscard]] Result<std::string> put(const std::string& name, const StoredImage& image);
  [[nodiscard]] Result<StoredImage> get(const std::string& name) const;
  void replace(const std::string& name, StoredImage image);  // by another one, under the same name
  [[nodiscard]] bool has(const std::string& name) const;

 private:
  [[nodiscard]] Result<void> answers(std::string_view doing, const std::string& name) const;

  mutable std::mutex mutex_;
  const std::string host_;
  bool away_ = false;
  bool wants_login_ = false;
  std::map<std::string, StoredImage> images_;
};

}  // namespace divio::fakes
