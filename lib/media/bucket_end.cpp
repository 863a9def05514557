#include "media/at_once.hpp"
#include "media/object_end.hpp"
#include "support/ids.hpp"
#include "support/try.hpp"

namespace divio::media {
namespace {

bool is_another(const Error& error) { return error.code == ErrorCode::conflict || error.code == ErrorCode::not_found; }

class BucketEnd final : public ObjectEnd {
 public:
  explicit BucketEnd(Bucket bucket) : bucket_(std::move(bucket)) {}

  std::string name() const override { return "bucket " + bucket_.name; }
  Result<Objects> list() override { return list_stored(bucket_); }
  Result<Objects> list_with_times() override { return list_objects(bucket_); }

  Result<bool> read(const Listed& object, const Take& take) override {
    const auto& key = object.file.path;
    const auto info = bucket_.storage->head(key);
    if (!info && !is_another(info.error())) return Failure(info.error());
    if (!info || info->tag != object.tag) return false;
    bool changed = false;
    const auto content = [&](const ports::ByteSink& sink) {
      bool refused = false;  // by the sink
      auto read = bucket_.storage->get(key, {.bytes = object.file.bytes, .tag = object.tag}, [&](std::string_view bytes) {
        auto taken = sink(bytes);
        refused = !taken;
        return taken;
      }, bucket_.stop);
      changed = !read && !refused && is_another(read.error());
      return read;
    };
    auto taken = take(info->headers, content);
    if (changed) return false;
    return taken.map([] { return true; });
  }

  Result<std::string> write(const MediaFile& file, const ports::ObjectHeaders& headers, const ports::ByteWriter& content) override {
    DIVIO_TRY(stored, bucket_.storage->put_with(file.path, headers, content, bucket_.stop));
    if (!stored.tag.empty()) return std::move(stored.tag);
    return bucket_.storage->head(file.path).map([](ports::ObjectInfo info) { return std::move(info.tag); });
  }

  Result<void> remove(const std::string& key) override { return bucket_.storage->remove(key); }

  Result<Sums> sums(const std::vector<Listed>& objects) override {
    Sums sums(objects.size());
    DIVIO_CHECK(at_once(objects.size(), bucket_.stop, [&](std::size_t i) -> Result<void> {
      DIVIO_ASSIGN(sums[i], sum_of(objects[i]));
      return {};
    }));
    return sums;
  }

  void remember_times(const Objects& seen, const Times& times) override { static_cast<void>(remember(bucket_, seen, times, {})); }

 private:
  Result<std::optional<std::string>> sum_of(const Listed& object) {
    Sha256 sum;
    const auto read = bucket_.storage->get(object.file.path, {.tag = object.tag}, [&](std::string_view bytes) -> Result<void> {
      sum.add(bytes);
      return {};
    }, bucket_.stop);
    if (read) return sum.hex();
    return is_another(read.error()) ? Result<std::optional<std::string>>(std::nullopt) : Failure(read.error());
  }

  Bucket bucket_;
};

}  // namespace

std::unique_ptr<ObjectEnd> bucket_end(Bucket bucket) { return std::make_unique<BucketEnd>(std::move(bucket)); }

}  // namespace divio::media
