#include "media/access.hpp"

#include <fmt/format.h>

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "media/agent_program.hpp"
#include "media/agent_tree_program.hpp"
#include "model/labels.hpp"
#include "support/ids.hpp"
#include "support/try.hpp"

namespace divio::media {
namespace {

constexpr std::string_view clear_words = "C";  // messages of the system in English, bytes of names as they are

model::Variables environment() {
  return {{"LC_ALL", {Secret(std::string(clear_words)), false}}};
}

std::vector<std::string> program_command() {
  return {"perl", "-e", std::string(agent_program).append(agent_tree_program), std::string(mount_point), random_hex(8)};
}

ports::ContainerSpec spec_of(const Volume& volume) {
  ports::ContainerSpec spec;
  spec.name = fmt::format("{}-files-{}", volume.name, random_hex(4));
  spec.image = volume.programs.image;
  spec.entrypoint = program_command();
  spec.command = {};
  spec.environment = environment();
  spec.labels = volume.labels;
  spec.network.name = "host";  // making one of its own, or none, takes twice as long as all the rest
  spec.mounts = {{volume.name, std::string(mount_point), false, true}};
  spec.user = "0";
  spec.open_input = true;
  spec.transient = true;
  return spec;
}

}  // namespace

Result<std::unique_ptr<Access>> Access::open(const Volume& volume) {
  if (volume.programs.ensure) DIVIO_CHECK(volume.programs.ensure(volume.engine, volume.stop));
  std::unique_ptr<Access> access(new Access(volume));
  DIVIO_ASSIGN(access->container_, volume.engine.containers().create(spec_of(volume)));
  auto session = volume.engine.streams().attach_and_start(access->container_, false);
  if (!session) {
    static_cast<void>(volume.engine.containers().remove(access->container_));
    return Failure(std::move(session).error());
  }
  access->main_ = access->converse(std::move(*session));
  return access;
}

std::unique_ptr<Conversation> Access::converse(std::unique_ptr<ports::Session> session) const {
  return std::make_unique<Conversation>(std::move(session), "the volume " + volume_.name, volume_.stop);
}

Result<std::unique_ptr<Conversation>> Access::join() const {
  DIVIO_TRY(session, run(program_command()));
  return converse(std::move(session));
}

std::jthread Access::keep_up() {
  return std::jthread([this](const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    while (!never.wait_for(lock, stop, between_signs, [&] { return stop.stop_requested(); }))
      if (!main_->say("idle\n") || !main_->flush()) return;
  });
}

Result<std::unique_ptr<ports::Session>> Access::run(const std::vector<std::string>& command) const {
  ports::ExecSpec spec;
  spec.command = command;
  spec.environment = environment();
  spec.user = "0";
  return volume_.engine.streams().exec(container_, spec);
}

Result<Listing> list_files(Conversation& conversation) {
  DIVIO_CHECK(conversation.say("list\n"));
  ListReader reader;
  while (true) {
    DIVIO_TRY(frame, conversation.next());
    if (frame.kind != 'd') return reader.done();
    DIVIO_CHECK(reader.feed(frame.bytes));
  }
}

}  // namespace divio::media
