#include "media/real_volume.hpp"

#include <fstream>
#include <sstream>

namespace divio::test {

namespace fs = std::filesystem;

RealVolume::RealVolume() : ground_(contract::open_ground()), name_(ground_->name("media")) {
  REQUIRE_OK(ground_->engine().volumes().create(name_, ground_->labels()));
  auto spec = ground_->container("shell", contract::command::sleep());
  spec.mounts = {{name_, "/media", false}};
  const auto made = ground_->containers().create(spec);
  REQUIRE_OK(made);
  shell_ = *made;
  REQUIRE_OK(ground_->containers().start(shell_));
}

RealVolume::~RealVolume() = default;

media::Volume RealVolume::volume(std::stop_token stop) const {
  auto labels = ground_->labels();
  labels["divio.test"] = "access";
  return {ground_->engine(), name_, labels, {"haproxy:2.6"}, std::move(stop)};
}

void RealVolume::write(const std::string& path, std::string_view bytes) const {
  const auto place = folder() / path;
  fs::create_directories(place.parent_path());
  std::ofstream(place, std::ios::binary) << bytes;
}

std::string RealVolume::run(const std::string& commands) {
  ports::ExecSpec spec;
  spec.command = {"sh", "-c", "cd /media; " + commands};
  spec.open_input = false;
  const auto session = ground_->streams().exec(shell_, spec);
  REQUIRE_OK(session);
  const auto heard = contract::listen(**session);
  CHECK(heard.err == "");
  return heard.out;
}

media::Synced RealVolume::push(media::SyncOptions options) const {
  const auto done = media::push(volume(), folder(), options);
  REQUIRE_OK(done);
  return *done;
}

media::Synced RealVolume::pull(media::SyncOptions options) const {
  const auto done = media::pull(volume(), folder(), options);
  REQUIRE_OK(done);
  return *done;
}

Tree RealVolume::brought() const {
  const tests::TemporaryFolder other;
  REQUIRE_OK(media::pull(volume(), other.path(), {}));
  return tree_of(other.path());
}

std::size_t RealVolume::helpers() const {
  auto labels = ground_->labels();
  labels["divio.test"] = "access";
  const auto found = ground_->containers().list(labels);
  REQUIRE_OK(found);
  return found->size();
}

Tree tree_of(const fs::path& folder) {
  Tree tree;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const auto path = entry.path().lexically_relative(folder).string();
    if (entry.is_directory()) {
      tree[path + "/"];
    } else {
      std::ostringstream bytes;
      bytes << std::ifstream(entry.path(), std::ios::binary).rdbuf();
      tree[path] = bytes.str();
    }
  }
  return tree;
}

}  // namespace divio::test
