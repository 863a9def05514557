// A storage under a test's eyes.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "ports/object_storage.hpp"

namespace divio::tests {

// Passes on what it is asked, counts it, and can be made to fail as a process that is killed does.
class Watched final : public ports::ObjectStorage {
 public:
  explicit Watched(ports::ObjectStorage& real) : real_(real) {}
  std::map<std::string, int> calls;
  int calls_left = 1'000'000;
  std::function<void(const std::string& key)> before_get;
  std::string spoilt;       // reads as something else than it is
  std::string also_listed;  // what other programs put there

  Result<ports::StoredObject> put(const std::string& key, const ports::ByteWriter& content, std::stop_token stop) override {
    if (auto alive = note("put"); !alive) return Failure(alive.error());
    return real_.put(key, content, std::move(stop));
  }
  Result<ports::StoredObject> put_with(const std::string& key, const ports::ObjectHeaders& headers, const ports::ByteWriter& content, std::stop_token stop) override {
    if (auto alive = note("put"); !alive) return Failure(alive.error());
    return real_.put_with(key, headers, content, std::move(stop));
  }
  Result<void> get(const std::string& key, const ports::ByteRange& range, const ports::ByteSink& sink, std::stop_token stop) override {
    if (auto alive = note("get"); !alive) return alive;
    if (before_get) before_get(key);
    if (key == spoilt) return sink("something else");
    return real_.get(key, range, sink, std::move(stop));
  }
  Result<std::string> copy(const std::string& from, const std::string& to, std::stop_token stop) override {
    if (auto alive = note("copy"); !alive) return Failure(alive.error());
    return real_.copy(from, to, std::move(stop));
  }
  Result<ports::ObjectInfo> head(const std::string& key) override {
    if (auto alive = note("head"); !alive) return Failure(alive.error());
    return real_.head(key);
  }
  Result<ports::ObjectPage> list(const std::string& prefix, const std::string& from, int limit) override {
    if (auto alive = note("list"); !alive) return Failure(alive.error());
    auto page = real_.list(prefix, from, limit);
    if (page && !also_listed.empty() && page->next.empty()) page->objects.push_back({also_listed, 1, {}, "tag"});
    return page;
  }
  Result<void> remove(const std::string& key) override {
    if (auto alive = note("remove"); !alive) return alive;
    return real_.remove(key);
  }

 private:
  Result<void> note(const std::string& call) {
    const std::lock_guard lock(mutex_);
    ++calls[call];
    if (calls_left-- <= 0) return fail(ErrorCode::unreachable, "it is gone");
    return {};
  }
  std::mutex mutex_;
  ports::ObjectStorage& real_;
};

}  // namespace divio::tests
