// Where things are kept under keys: a folder, or S3. Implementations: lib/storage.
//
// Safe from several threads and several processes at once. An object is there whole or not at all: while put() runs, and
// after one that failed or was killed, readers find what was there before. A key or bucket that is not there is
// not_found, a storage that does not answer unreachable, a key pair that it does not accept or a full disk failed.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "divio/result.hpp"
#include "model/time.hpp"
#include "ports/streams.hpp"

namespace divio::ports {

// What an object tells who reads it through the storage, beside its content: its type, or how it may be cached. Names are in lower
// case. Storages that have nothing of the kind keep none.
using ObjectHeaders = std::map<std::string, std::string>;

struct ObjectInfo {
  std::string key;
  std::uint64_t bytes = 0;
  model::TimePoint modified_at{};  // by the storage's clock; S3 knows it to the second
  std::string tag;                 // another one whenever the content is another
  ObjectHeaders headers = {};      // as head() has it; lists do not say
};

// What put() stored. The hash is of the bytes as they were given.
struct StoredObject {
  std::uint64_t bytes = 0;
  std::string sha256;  // lower-case hexadecimal
  std::string tag;     // as list() says it of what was stored; empty where the storage does not say
};

struct ByteRange {
  std::uint64_t from = 0;
  std::optional<std::uint64_t> bytes = {};  // absent: to the end
  std::string tag = {};                     // of the object that is meant, another one is a conflict; empty: whichever is there
};

struct ObjectPage {
  std::vector<ObjectInfo> objects;  // by key, in order of bytes
  std::string next;                 // for the following page; empty: that was the last
};

// Writes bytes piece by piece into a sink, once.
using ByteWriter = std::function<Result<void>(const ByteSink&)>;

class ObjectStorage {
 public:
  virtual ~ObjectStorage() = default;

  // Stores what `content` writes, however much that is, in place of what was there. Its failure leaves what was there.
  // `content` runs on the caller's thread.
  [[nodiscard]] virtual Result<StoredObject> put(const std::string& key, const ByteWriter& content,
                                                 std::stop_token stop) = 0;

  // The same with headers that the object is to have.
  [[nodiscard]] virtual Result<StoredObject> put_with(const std::string& key, const ObjectHeaders&, const ByteWriter& content, std::stop_token stop) {
    return put(key, content, std::move(stop));
  }

  // Bytes of an object, in order, into `sink`, never all of them in memory. A range that begins at the end gives none,
  // one beyond it is invalid. An object that becomes another one meanwhile is a conflict.
  [[nodiscard]] virtual Result<void> get(const std::string& key, const ByteRange& range, const ByteSink& sink,
                                         std::stop_token stop) = 0;

  // Stores what is under `from` under `to` as well, in place of what was there, without its bytes coming here where the
  // storage can do that. Gives the new object's tag, as put() does.
  [[nodiscard]] virtual Result<std::string> copy(const std::string& from, const std::string& to, std::stop_token stop) = 0;

  [[nodiscard]] virtual Result<ObjectInfo> head(const std::string& key) = 0;

  // Objects whose key begins with `prefix`, at most `limit` (1 to 1000). `from` is empty, or `next` of the page before.
  [[nodiscard]] virtual Result<ObjectPage> list(const std::string& prefix, const std::string& from, int limit) = 0;

  // Removing what is gone succeeds.
  [[nodiscard]] virtual Result<void> remove(const std::string& key) = 0;
};

// What every storage can keep: 1 to 900 bytes of UTF-8 without control characters, in parts of 1 to 200 bytes between
// '/'; no part is "." or "..", or begins with ".divio-". Anything else is invalid.
[[nodiscard]] Result<void> check_key(std::string_view key);

// Whether an object is the one that is meant, a conflict if not, and has what is asked for.
[[nodiscard]] Result<void> check_range(const ByteRange& range, const ObjectInfo& object);

}  // namespace divio::ports
