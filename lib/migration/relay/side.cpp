#include "migration/relay/side.hpp"

#include <fmt/format.h>

#include <charconv>

#include "migration/relay/archive.hpp"
#include "migration/relay/certificates.hpp"
#include "migration/relay/programs.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::migration::relay {
namespace {

using namespace std::chrono_literals;
using ports::ContainerState;

constexpr int most_tries = 50;       // of ports
constexpr auto look_again = 50ms;
constexpr auto give_up_after = 20s;
constexpr int lines_of_log = 10;

std::string path_of(std::string_view file) { return fmt::format("{}/{}", folder, file); }

std::string label_of(const ports::Container& container, std::string_view key) {
  const auto found = container.labels.find(std::string(key));
  return found == container.labels.end() ? std::string() : found->second;
}

std::uint16_t port_of(const ports::Container& container) {
  const auto text = label_of(container, model::label::relay_port);
  std::uint16_t port = 0;
  std::from_chars(text.data(), text.data() + text.size(), port);
  return port;
}

// A file of the container; empty if it is not there.
Result<std::string> read(const Work& work, std::string_view file) {
  auto archive = work.engine().streams().get_archive(work.name(), path_of(file));
  if (archive) return unpack(*archive);
  if (archive.error().code == ErrorCode::not_found) return std::string();
  return Failure(std::move(archive).error());
}

Result<void> ensure_image(const Work& work) {
  auto found = work.engine().images().inspect(work.relay.image);
  if (found) return {};
  if (found.error().code != ErrorCode::not_found) return Failure(std::move(found).error());
  return work.engine().images().pull(work.relay.image, [](std::string_view) {}, work.place.stop);
}

// In place of one that is there: what a host's port leads to cannot be changed.
Result<void> make_container(const Work& work, std::uint16_t port) {
  Both<std::uint16_t> ports;
  ports.at(work.side) = port;
  DIVIO_TRY(halves, plan(work.relay, ports));
  DIVIO_CHECK(work.engine().containers().remove(work.name()));
  DIVIO_CHECK(work.engine().containers().create(halves.at(work.side).container));
  return {};
}

// The port with which it runs: the next one where that is taken. One that was killed with its engine may never start again, for what is
// left of its last run is in the way: it is made anew, and what it needs is in its volume.
Result<std::uint16_t> start(const Work& work, std::uint16_t port) {
  bool is_new = false;
  for (int tries = 1;; ++tries) {
    auto started = work.engine().containers().start(work.name());
    if (started) return port;
    const bool is_taken = started.error().code == ErrorCode::conflict;
    const bool is_in_its_own_way = started.error().code == ErrorCode::failed && !is_new;
    if (tries == most_tries || !(is_taken || is_in_its_own_way)) return Failure(std::move(started).error());
    if (is_taken) {
      DIVIO_ASSIGN(port, port_to_try(work.relay, work.side, port));
    }
    DIVIO_CHECK(make_container(work, port));
    is_new = true;
  }
}

bool fits(const Work& work, const ports::Container& container, const ports::ContainerSpec& wanted) {
  const auto fixed = work.relay.one_engine ? 0 : work.region().port;
  const auto port = port_of(container);
  return port != 0 && (fixed == 0 || fixed == port) && container.aliases.contains(work.name()) &&
         label_of(container, model::label::made_of) == wanted.labels.at(std::string(model::label::made_of));
}

Result<std::uint16_t> ensure_container(const Work& work, const ports::ContainerSpec& wanted) {
  auto found = look(work);
  if (found && fits(work, *found, wanted)) return port_of(*found);
  if (!found && found.error().code != ErrorCode::not_found) return Failure(std::move(found).error());
  DIVIO_CHECK(ensure_image(work));
  DIVIO_TRY(port, port_to_try(work.relay, work.side, 0));
  DIVIO_CHECK(make_container(work, port));
  return port;
}

// The certificate is written last, so where it is the key is too.
Result<std::string> ensure_identity(const Work& work) {
  DIVIO_TRY(there, read(work, certificate_file));
  if (!there.empty()) return there;
  DIVIO_TRY(identity, make_identity(certificate_name(work.side)));
  std::vector<File> files(2);
  files[0] = {std::string(identity_file), Secret(identity.key.reveal() + identity.certificate), true};
  files[1] = {std::string(certificate_file), Secret(identity.certificate)};
  DIVIO_CHECK(work.engine().streams().put_archive(work.name(), std::string(folder), pack(files).reveal()));
  return identity.certificate;
}

std::vector<File> files_of(const Half& half, const std::string& trusted) {
  return {{std::string(trusted_file), Secret(trusted)},
          {std::string(program_file), Secret(std::string(relay_program))},
          {std::string(configuration_file), Secret(half.configuration)}};
}

Result<bool> has(const Work& work, const std::vector<File>& files) {
  for (const auto& file : files) {
    DIVIO_TRY(content, read(work, file.name));
    if (content != file.content.reveal()) return false;
  }
  return true;
}

Result<void> forget(const Work& work) {
  DIVIO_CHECK(work.engine().containers().remove(work.name()));
  return work.engine().volumes().remove(work.name());
}

std::string last_lines(const Work& work) {
  ports::LogOptions options;
  options.tail = lines_of_log;
  std::string log;
  (void)work.engine().streams().logs(work.name(), options, [&](ports::Output, std::string_view bytes) { log += bytes; }, work.place.stop);
  return std::string(trim(log));
}

Failure does_not_start(const Work& work, std::string_view why) {
  const auto log = last_lines(work);
  return fail(ErrorCode::failed, fmt::format("the relay of the migration in region {} {}", work.region().name, why),
              log.empty() ? "run this again" : fmt::format("run this again; its log ends with: {}", log));
}

Result<bool> listens(const Work& work) {
  ports::ExecSpec spec;
  spec.command = {"bash", "-c", fmt::format("exec 3<>/dev/tcp/127.0.0.1/{}", probing_port)};
  spec.open_input = false;
  DIVIO_TRY(session, work.engine().streams().exec(work.name(), spec));
  while (true) {
    DIVIO_TRY(chunk, session->read(give_up_after));
    if (!chunk) break;
  }
  DIVIO_TRY(code, session->exit_code());
  return code == 0;
}

// The files of a relay that runs are those that it was started with: it is stopped before they change.
Result<void> await_listening(const Work& work) {
  const auto until = work.place.clock.now() + give_up_after;
  while (true) {
    DIVIO_TRY(container, work.engine().containers().inspect(work.name()));
    if (container.state != ContainerState::running || container.restarts > 0) return does_not_start(work, "does not start");
    auto ready = listens(work);
    if (ready && *ready) return {};
    // It ended between two questions: the next look says so.
    if (!ready && ready.error().code != ErrorCode::conflict) return Failure(std::move(ready).error());
    if (work.place.clock.now() >= until) return does_not_start(work, "runs, but does not listen");
    if (!work.place.clock.sleep(look_again, work.place.stop))
      return fail(ErrorCode::cancelled, "waiting for the relay of the migration was broken off", "run this again");
  }
}

}  // namespace

Result<ports::Container> look(const Work& work) {
  DIVIO_TRY(container, work.engine().containers().inspect(work.name()));
  for (const auto& [key, value] : labels_of(work.relay.catalogue, work.relay.migration))
    if (label_of(container, key) != value)
      return fail(ErrorCode::conflict, fmt::format("the container '{}' is there already, but is no relay of this migration", work.name()),
                  "rename it or remove it, if nobody needs it");
  return container;
}

Result<Prepared> prepare(const Work& work) {
  DIVIO_TRY(halves, plan(work.relay, {}));
  const auto& half = halves.at(work.side);
  DIVIO_CHECK(work.engine().networks().create(half.network));
  DIVIO_CHECK(work.engine().volumes().create(half.name, half.labels));
  Prepared prepared;
  DIVIO_ASSIGN(prepared.port, ensure_container(work, half.container));
  DIVIO_ASSIGN(prepared.certificate, ensure_identity(work));
  return prepared;
}

Result<std::uint16_t> settle(const Work& work, const Half& half, const std::string& trusted) {
  auto& containers = work.engine().containers();
  const auto files = files_of(half, trusted);
  DIVIO_TRY(container, look(work));
  DIVIO_TRY(same, has(work, files));
  if (same && container.state == ContainerState::running) return port_of(container);
  DIVIO_CHECK(containers.stop(half.name, half.container.stop_grace));
  DIVIO_CHECK(work.engine().streams().put_archive(half.name, std::string(folder), pack(files).reveal()));
  DIVIO_TRY(port, start(work, port_of(container)));
  auto listening = await_listening(work);
  if (listening) return port;
  // A key that was cut off by a power failure: the next ensure() makes a new one.
  if (listening.error().hint.find(identity_file) != std::string::npos) DIVIO_CHECK(forget(work));
  return Failure(std::move(listening).error());
}

}  // namespace divio::migration::relay
