#include <fmt/format.h>

#include <deque>

#include "fakes/fake_world.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::fakes {
namespace {

using ports::Chunk;

// The last `count` lines of a log; all for -1.
std::vector<LogEntry> tail_of(const std::vector<LogEntry>& log, int count) {
  if (count < 0) return log;
  std::vector<LogEntry> lines;
  for (const auto& entry : log)
    for (const auto& line : split(entry.bytes, '\n'))
      if (!line.empty()) lines.push_back({entry.output, line + "\n", entry.at});
  if (lines.size() > static_cast<std::size_t>(count)) lines.erase(lines.begin(), lines.end() - count);
  return lines;
}

// A command's session: without open input, or once the input is closed, its outputs are there.
class ExecSession final : public ports::Session {
 public:
  ExecSession(World& world, ports::Container container, ports::ExecSpec spec, ExecBehaviour behaviour)
      : world_(world), container_(std::move(container)), spec_(std::move(spec)), behaviour_(std::move(behaviour)) {
    if (!spec_.open_input) execute();
  }

  Result<std::optional<Chunk>> read(std::chrono::milliseconds) override {
    {
      const std::lock_guard lock(world_.mutex);
      if (world_.dead) return Failure(dead_engine());
    }
    if (!executed_) return fail(ErrorCode::timed_out, "nothing arrived in time");
    if (chunks_.empty()) return std::optional<Chunk>{};
    std::optional<Chunk> chunk = std::move(chunks_.front());
    chunks_.pop_front();
    return chunk;
  }
  Result<void> write(std::string_view bytes) override {
    input_ += bytes;
    return {};
  }
  Result<void> close_input() override {
    if (!executed_) execute();
    return {};
  }
  Result<void> resize(int, int) override { return {}; }
  Result<int> exit_code() override {
    if (!executed_) execute();
    return done_.exit_code;
  }
  int poll_descriptor() const override { return -1; }

 private:
  void execute() {
    executed_ = true;
    if (behaviour_) done_ = behaviour_(container_, spec_, input_);
    if (!done_.out.empty()) chunks_.push_back({ports::Output::out, done_.out});
    if (!done_.err.empty()) chunks_.push_back({spec_.terminal ? ports::Output::out : ports::Output::err, done_.err});
  }

  World& world_;
  ports::Container container_;
  ports::ExecSpec spec_;
  ExecBehaviour behaviour_;
  std::string input_;
  Executed done_;
  bool executed_ = false;
  std::deque<Chunk> chunks_;
};

// A container's main process: its log from the start on, and its input where it reads one.
class AttachedSession final : public ports::Session {
 public:
  AttachedSession(World& world, std::string id) : world_(world), id_(std::move(id)) {}

  Result<std::optional<Chunk>> read(std::chrono::milliseconds patience) override {
    std::unique_lock lock(world_.mutex);
    const auto ready = [&] {
      const auto* container = world_.find_container(id_);
      return world_.dead || container == nullptr || container->log.size() > next_ || !is_up(container->seen.state);
    };
    if (!world_.changed.wait_for(lock, patience, ready)) return fail(ErrorCode::timed_out, "nothing arrived in time");
    if (world_.dead) return Failure(dead_engine());
    const auto* container = world_.find_container(id_);
    if (container == nullptr || container->log.size() <= next_) return std::optional<Chunk>{};
    const auto& entry = container->log[next_++];
    return std::optional<Chunk>({entry.output, entry.bytes});
  }
  Result<void> write(std::string_view bytes) override {
    input_ += bytes;
    return {};
  }
  Result<void> close_input() override {
    const std::lock_guard lock(world_.mutex);
    auto* container = world_.find_container(id_);
    if (container == nullptr || !container->run.reads_input || !is_up(container->seen.state)) return {};
    if (!input_.empty()) container->log.push_back({ports::Output::out, input_, now()});
    world_.end(*container, 0);
    world_.changed.notify_all();
    return {};
  }
  Result<void> resize(int, int) override { return {}; }
  Result<int> exit_code() override {
    const std::lock_guard lock(world_.mutex);
    DIVIO_TRY(container, world_.container(id_, "wait for"));
    return container->seen.exit_code;
  }
  int poll_descriptor() const override { return -1; }

 private:
  World& world_;
  std::string id_;
  std::string input_;
  std::size_t next_ = 0;
};

class FakeStreams final : public ports::Streams {
 public:
  explicit FakeStreams(World& world) : world_(world) {}

  Result<void> logs(const std::string& container, const ports::LogOptions& options, const ports::ChunkSink& sink,
                    std::stop_token stop) override {
    std::size_t next = 0;
    std::vector<LogEntry> entries;
    DIVIO_CHECK(world_.call("streams.logs", container, [&]() -> Result<void> {
      DIVIO_TRY(found, world_.container(container, "read the log of"));
      entries = tail_of(found->log, options.tail);
      next = found->log.size();
      return {};
    }));
    while (true) {
      for (const auto& entry : entries) give(entry, options, sink);
      if (!options.follow) return {};
      std::unique_lock lock(world_.mutex);
      const bool ready = world_.changed.wait(lock, stop, [&] {
        const auto* found = world_.find_container(container);
        return world_.dead || found == nullptr || found->log.size() > next || !is_up(found->seen.state);
      });
      if (!ready) return {};
      if (world_.dead) return Failure(dead_engine());
      const auto* found = world_.find_container(container);
      if (found == nullptr || found->log.size() <= next) return {};
      entries.assign(found->log.begin() + static_cast<std::ptrdiff_t>(next), found->log.end());
      next = found->log.size();
    }
  }

  Result<std::unique_ptr<ports::Session>> exec(const std::string& container, const ports::ExecSpec& spec) override {
    ports::Container seen;
    ExecBehaviour behaviour;
    DIVIO_CHECK(world_.call("streams.exec", container, [&]() -> Result<void> {
      DIVIO_TRY(found, world_.container(container, "run a command in"));
      if (!is_up(found->seen.state))
        return fail(ErrorCode::conflict,
                    fmt::format("cannot run a command in container '{}': it is not running", container));
      seen = found->seen;
      if (const auto* image = world_.find_image(found->seen.image_id)) behaviour = image->image.exec;
      return {};
    }));
    return std::make_unique<ExecSession>(world_, std::move(seen), spec, std::move(behaviour));
  }

  Result<std::unique_ptr<ports::Session>> attach_and_start(const std::string& container, bool) override {
    std::string id;
    DIVIO_CHECK(world_.call("streams.attach_and_start", container, [&]() -> Result<void> {
      DIVIO_TRY(found, world_.container(container, "attach to"));
      id = found->seen.id;
      return world_.start(*found);
    }));
    return std::make_unique<AttachedSession>(world_, std::move(id));
  }

  Result<void> put_archive(const std::string& container, const std::string& folder, std::string_view tar) override {
    return world_.call("streams.put_archive", container, [&]() -> Result<void> {
      DIVIO_TRY(found, world_.container(container, "write files of"));
      for (auto& [path, content] : read_tar(tar)) {
        const auto place = world_.place_of(*found, folder + (folder.ends_with('/') ? "" : "/") + path);
        place.files[place.path] = content;
      }
      return {};
    });
  }

  // As the real one: the paths in the archive begin with the last part of `path`.
  Result<std::string> get_archive(const std::string& container, const std::string& path) override {
    return world_.call("streams.get_archive", container, [&]() -> Result<std::string> {
      DIVIO_TRY(found, world_.container(container, "read files of"));
      Files wanted;
      const auto place = world_.place_of(*found, path);
      const auto parent = place.path.rfind('/') + 1;  // 0 where there is none
      for (const auto& [name, content] : place.files)
        if (name == place.path || name.starts_with(place.path + "/")) wanted[name.substr(parent)] = content;
      if (!wanted.empty()) return write_tar(wanted);
      return fail(ErrorCode::not_found,
                  fmt::format("cannot read {} of container '{}': there is no such file", path, container));
    });
  }

 private:
  static void give(const LogEntry& entry, const ports::LogOptions& options, const ports::ChunkSink& sink) {
    if (!options.since.empty() && model::to_rfc3339(entry.at) < options.since) return;
    sink(entry.output, options.timestamps ? model::to_rfc3339(entry.at) + " " + entry.bytes : entry.bytes);
  }

  World& world_;
};

}  // namespace

std::unique_ptr<ports::Streams> make_fake_streams(World& world) {
  return std::make_unique<FakeStreams>(world);
}

}  // namespace divio::fakes
