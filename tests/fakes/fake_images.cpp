#include <fmt/format.h>

#include <algorithm>

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
      const bool only_a_name = found->names.contains(name) && found->names.size() > 1;
      const bool used = std::ranges::any_of(world_.containers,
                                            [&](const auto& entry) { return entry.second.seen.image_id == found->id; });
      if (used && !only_a_name)
        return fail(ErrorCode::conflict, fmt::format("cannot remove image '{}': a container is using it", name));
      found->names.erase(name);
      if (!only_a_name)
        std::erase_if(world_.images, [id = found->id](const StoredImage& image) { return image.id == id; });
      return {};
    });
  }

  Result<void> pull(const std::string& name, const std::function<void(std::string_view)>& line,
                    std::stop_token) override {
    return world_.call("images.pull", name, [&]() -> Result<void> {
      if (world_.registry.empty())
        return fail(ErrorCode::unreachable, fmt::format("cannot pull image '{}': no registry answers", name));
      const auto found = world_.registry.find(name);
      if (found == world_.registry.end()) return no_such_image("pull", name);
      if (line) line("pulled " + name);
      world_.store_image(name, found->second);
      return {};
    });
  }

 private:
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
