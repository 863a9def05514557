#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <optional>

#include "fakes/fake_world.hpp"
#include "support/try.hpp"

namespace divio::fakes {
namespace {

ports::Image view(const StoredImage& stored) {
  return {stored.id,
          {stored.names.begin(), stored.names.end()},
          stored.image.labels,
          stored.image.bytes,
          stored.created_at,
          stored.image.architecture,
          stored.image.exposed_ports};
}

// What archives of images stand for: behaviour cannot be written into bytes, so an archive holds the number of a saved
// image on this shelf, which all engines in memory share.
class Shelf {
 public:
  std::size_t put(StoredImage image) {
    const std::lock_guard lock(mutex_);
    saved_.push_back(std::move(image));
    return saved_.size() - 1;
  }
  std::optional<StoredImage> get(const std::string& number) {
    const std::lock_guard lock(mutex_);
    const auto place = std::strtoull(number.c_str(), nullptr, 10);
    return place < saved_.size() ? std::optional(saved_[place]) : std::nullopt;
  }

 private:
  std::mutex mutex_;
  std::vector<StoredImage> saved_;
};

Shelf& shelf() {
  static Shelf one;
  return one;
}

// Passes the bytes on in pieces, as an engine does.
Result<void> pour(std::string_view bytes, const ports::ByteSink& sink, const std::stop_token& stop) {
  constexpr std::size_t piece = 512;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
    if (stop.stop_requested()) return fail(ErrorCode::cancelled, "cancelled: read images");
    DIVIO_CHECK(sink(bytes.substr(0, piece)));
  }
  return {};
}

class FakeImages final : public ports::Images {
 public:
  explicit FakeImages(World& world) : world_(world) {}

  Result<std::string> build(const ports::BuildSpec& spec, const std::function<void(std::string_view)>& line,
                            std::stop_token stop) override {
    BuildBehaviour behaviour;
    DIVIO_CHECK(world_.call("images.build", spec.name, [&]() -> Result<void> {
      behaviour = world_.build;
      return {};
    }));
    std::string context;
    DIVIO_CHECK(spec.context([&](std::string_view bytes) -> Result<void> {
      if (stop.stop_requested()) return fail(ErrorCode::cancelled, "cancelled");
      context += bytes;
      return {};
    }));
    FakeImage image;
    if (behaviour) {
      DIVIO_ASSIGN(image, behaviour(spec, context, line, stop));
    }
    if (stop.stop_requested()) return fail(ErrorCode::cancelled, fmt::format("cancelled: build image '{}'", spec.name));
    for (const auto& [key, value] : spec.labels) image.labels[key] = value;
    const std::lock_guard lock(world_.mutex);
    if (world_.dead) return Failure(dead_engine());
    return world_.store_image(spec.name, std::move(image));
  }

  Result<ports::Image> inspect(const std::string& name_or_id) override {
    return world_.call("images.inspect", name_or_id, [&]() -> Result<ports::Image> {
      if (const auto* found = world_.find_image(name_or_id)) return view(*found);
      return no_such_image("look at", name_or_id);
    });
  }

  Result<std::vector<ports::Image>> list(const model::Labels& labels) override {
    return world_.call("images.list", "", [&]() -> Result<std::vector<ports::Image>> {
      std::vector<ports::Image> found;
      for (const auto& stored : world_.images) {
        if (!carries(stored.image.labels, labels)) continue;
        found.push_back(view(stored));
        found.back().architecture.clear();
        found.back().exposed_ports.clear();
      }
      return found;
    });
  }

  Result<void> tag(const std::string& name_or_id, const std::string& name) override {
    return world_.call("images.tag", name_or_id, [&]() -> Result<void> {
      if (world_.find_image(name_or_id) == nullptr) return no_such_image("name", name_or_id);
      const auto id = world_.find_image(name_or_id)->id;
      for (auto& image : world_.images) image.names.erase(name);
      world_.find_image(id)->names.insert(name);
      return {};
    });
  }

  Result<void> remove(const std::string& name) override {
    return world_.call("images.remove", name, [&]() -> Result<void> {
      auto* found = world_.find_image(name);
      if (found == nullptr) return {};
      const bool called = found->names.contains(name) || found->digests.contains(name);
      const bool only_a_name = called && found->names.size() + found->digests.size() > 1;
      const bool used = std::ranges::any_of(world_.containers,
                                            [&](const auto& entry) { return entry.second.seen.image_id == found->id; });
      if (used && !only_a_name)
        return fail(ErrorCode::conflict, fmt::format("cannot remove image '{}': a container is using it", name));
      found->names.erase(name);
      found->digests.erase(name);
      if (!only_a_name)
        std::erase_if(world_.images, [id = found->id](const StoredImage& image) { return image.id == id; });
      return {};
    });
  }

  Result<void> pull(const std::string& name, const std::function<void(std::string_view)>& line,
                    std::stop_token) override {
    return world_.call("images.pull", name, [&]() -> Result<void> {
      if (world_.shared_registry && name.starts_with(world_.shared_registry->host() + "/")) return pull_shared(name, line);
      if (world_.registry.empty())
        return fail(ErrorCode::unreachable, fmt::format("cannot pull image '{}': no registry answers", name));
      const auto found = world_.registry.find(name);
      if (found == world_.registry.end()) return no_such_image("pull", name);
      if (line) line("pulled " + name);
      world_.store_image(name, found->second);
      return {};
    });
  }

  Result<std::string> push(const std::string& name, const std::function<void(std::string_view)>& line,
                           std::stop_token stop) override {
    return world_.call("images.push", name, [&]() -> Result<std::string> {
      const auto* found = world_.find_image(name);
      if (found == nullptr) return no_such_image("push", name);
      if (stop.stop_requested()) return fail(ErrorCode::cancelled, fmt::format("cancelled: push image '{}'", name));
      if (!world_.shared_registry)
        return fail(ErrorCode::unreachable, fmt::format("cannot push image '{}': no registry answers", name));
      if (line) line("pushed " + name);
      auto image = *found;
      image.names.clear();
      image.digests.clear();
      return world_.shared_registry->put(name, image);
    });
  }

  Result<void> save(const std::vector<std::string>& names, const ports::ByteSink& sink, std::stop_token stop) override {
    Files archive;
    DIVIO_CHECK(world_.call("images.save", names.empty() ? "" : names.front(), [&]() -> Result<void> {
      for (const auto& name : names) {
        const auto* found = world_.find_image(name);
        if (found == nullptr) return no_such_image("read", name);
        auto image = *found;
        image.names = found->names.contains(name) ? std::set<std::string>{name} : std::set<std::string>{};
        archive["image-" + std::to_string(archive.size())] = std::to_string(shelf().put(std::move(image)));
      }
      return {};
    }));
    return pour(write_tar(archive), sink, stop);
  }

  Result<void> save_upper(const std::string& name, std::size_t, const ports::ByteSink& sink, std::stop_token stop) override {
    return save({name}, sink, std::move(stop));  // archives of numbers have no layers that could be left out
  }

  Result<void> load(const ports::ArchiveWriter& archive, std::stop_token stop) override {
    std::string bytes;
    DIVIO_CHECK(world_.call("images.load", "", []() -> Result<void> { return {}; }));
    DIVIO_CHECK(archive([&](std::string_view piece) -> Result<void> {
      if (stop.stop_requested()) return fail(ErrorCode::cancelled, "cancelled: load images");
      bytes += piece;
      return {};
    }));
    if (stop.stop_requested()) return fail(ErrorCode::cancelled, "cancelled: load images");
    const auto files = read_tar(bytes);
    if (files.empty()) return fail(ErrorCode::failed, "cannot load images: this is no archive of images");
    const std::lock_guard lock(world_.mutex);
    if (world_.dead) return Failure(dead_engine());
    for (const auto& [path, number] : files)
      if (auto saved = shelf().get(number)) take_in(std::move(*saved));
    return {};
  }

 private:
  // With the world's lock held.
  Result<void> pull_shared(const std::string& name, const std::function<void(std::string_view)>& line) {
    DIVIO_TRY(image, world_.shared_registry->get(name));
    if (line) line("pulled " + name);
    const bool pinned = name.find('@') != std::string::npos;
    (pinned ? image.digests : image.names).insert(name);
    take_in(std::move(image));
    return {};
  }

  // With the world's lock held: the image that is there, or this one, has these names from now on.
  void take_in(StoredImage image) {
    for (auto& other : world_.images)
      for (const auto& name : image.names) other.names.erase(name);
    auto* there = world_.find_image(image.id);
    if (there == nullptr) return world_.images.push_back(std::move(image));
    there->names.merge(image.names);
    there->digests.merge(image.digests);
  }
  static Failure no_such_image(std::string_view doing, const std::string& name) {
    return fail(ErrorCode::not_found, fmt::format("cannot {} image '{}': No such image", doing, name));
  }
  World& world_;
};

}  // namespace

std::unique_ptr<ports::Images> make_fake_images(World& world) {
  return std::make_unique<FakeImages>(world);
}

}  // namespace divio::fakes
