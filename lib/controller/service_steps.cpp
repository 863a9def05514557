#include "controller/service_steps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "controller/media_data.hpp"
#include "controller/progress.hpp"
#include "controller/service_data.hpp"
#include "controller/service_publication.hpp"
#include "controller/services.hpp"
#include "media/archive.hpp"
#include "model/volume.hpp"
#include "support/try.hpp"

namespace divio::controller {
namespace {

using model::ServiceInstance;

// What another operation does to a server may take as long as bringing it up.
constexpr auto patience = std::chrono::minutes(10);

using Act = std::function<Result<void>(const services::Place&, const services::Server&)>;

// Runs `act` on an instance's server while nobody else changes that server, whatever environment they are busy with.
Result<void> with_server(Work& work, const ServiceInstance& instance, const planning::Step& step, const Act& act) {
  auto& runtime = work.runtime;
  const auto id = planning::step_id(step);
  const Call call{.listener = [&work](const Event& event) { work.run.tell(event); }, .stop = work.stop};
  ports::Lease wanted{fmt::format("server {} in {}", instance.server, runtime.region.name.str()), runtime.holder,
                      fmt::format("{}, operation {}", id, work.run.id()), {}};
  DIVIO_TRY(lease, HeldLease::acquire(runtime, std::move(wanted), patience, call));
  DIVIO_TRY(server, server_with_password(runtime, instance));
  const services::Place place{runtime.engine, runtime.clock, work.stop,
                              [&](std::string_view line) { work.run.tell(Line{id, std::string(line)}); }};
  return act(place, server);
}

// The instance for whose sake a server is there.
Result<ServiceInstance> instance_on(Runtime& runtime, const model::EnvironmentKey& key, const std::string& server) {
  DIVIO_TRY(known, runtime.store.services().services(key));
  const auto found = std::ranges::find(known, server, &ServiceInstance::server);
  if (found != known.end()) return *found;
  return fail(ErrorCode::bug, fmt::format("no service of {} is on server {}", key.stem(), server));
}

// Stored before it is used: a password that is on a server is never one that nobody knows.
Result<void> give_login(Runtime& runtime, ServiceInstance& instance) {
  if (!instance.role.empty() || !instance.password.empty()) return {};
  if (instance.database.empty()) instance.database = runtime.services.database_of(catalogue_of(runtime), instance);
  DIVIO_TRY(login, runtime.services.new_login(instance));
  instance.role = login.role;
  instance.password = login.password;
  return runtime.store.services().put_service(instance);
}

Result<void> give_next_login(Runtime& runtime, ServiceInstance& instance) {
  if (!instance.next_password.empty()) return {};
  DIVIO_TRY(login, runtime.services.new_login(instance));
  instance.next_role = login.role;
  instance.next_password = login.password;
  return runtime.store.services().put_service(instance);
}

// Both logins are good now; what is made from here on gets the new one.
Result<void> promote(Runtime& runtime, ServiceInstance instance) {
  instance.old_role = std::exchange(instance.role, std::exchange(instance.next_role, {}));
  instance.old_password = std::exchange(instance.password, std::exchange(instance.next_password, {}));
  return runtime.store.services().put_service(instance);
}

}  // namespace

Result<void> carry_out(Work& work, const planning::EnsureServer& step, const model::EnvironmentKey& key) {
  DIVIO_TRY(instance, instance_on(work.runtime, key, step.server));
  return with_server(work, instance, step, work.runtime.services.ensure_server);
}

Result<void> carry_out(Work& work, const planning::CreateServiceInstance& step, const model::EnvironmentKey& key) {
  DIVIO_TRY(instance, need_instance(work.runtime, key, step.prefix));
  DIVIO_CHECK(give_login(work.runtime, instance));
  DIVIO_CHECK(with_server(work, instance, step, [&](const auto& place, const auto& server) {
    return work.runtime.services.provision(place, server, instance);
  }));
  if (instance.state != model::ServiceState::added) return {};
  instance.state = model::ServiceState::provisioned;
  return work.runtime.store.services().put_service(instance);
}

Result<void> carry_out(Work& work, const planning::ConnectServer& step, const model::EnvironmentKey&) {
  return work.runtime.engine.networks().connect({step.network, step.server, step.hosts});
}

Result<void> carry_out(Work& work, const planning::DisconnectServer& step, const model::EnvironmentKey&) {
  return work.runtime.engine.networks().disconnect(step.network, step.server);
}

Result<void> carry_out(Work& work, const planning::BeginRotation& step, const model::EnvironmentKey& key) {
  DIVIO_TRY(instance, need_instance(work.runtime, key, step.prefix));
  if (instance.bucket) return instance.next_password.empty() ? Result<void>{} : promote(work.runtime, std::move(instance));
  if (!instance.old_password.empty()) return {};  // begun by an operation that did not come to its end
  DIVIO_CHECK(give_next_login(work.runtime, instance));
  DIVIO_CHECK(with_server(work, instance, step, [&](const auto& place, const auto& server) {
    return work.runtime.services.begin_rotation(place, server, instance, {instance.next_role, instance.next_password});
  }));
  return promote(work.runtime, instance);
}

Result<void> carry_out(Work& work, const planning::FinishRotation& step, const model::EnvironmentKey& key) {
  DIVIO_TRY(instance, need_instance(work.runtime, key, step.prefix));
  if (instance.old_password.empty()) return {};
  if (instance.bucket) {
    const auto provider = address_of(*instance.bucket);
    work.run.tell(Notice{Notice::Level::info, fmt::format("nothing uses access key {} any more; take it away at the provider of {}", instance.old_role, provider)});
  } else {
    DIVIO_CHECK(with_server(work, instance, step, [&](const auto& place, const auto& server) {
      return work.runtime.services.finish_rotation(place, server, instance, {instance.old_role, instance.old_password});
    }));
  }
  instance.old_role.clear();
  instance.old_password = {};
  return work.runtime.store.services().put_service(instance);
}

Result<void> carry_out(Work& work, const planning::RemoveServiceInstance& step, const model::EnvironmentKey& key) {
  DIVIO_TRY(instance, need_instance(work.runtime, key, step.prefix));
  return with_server(work, instance, step, [&](const auto& place, const auto& server) -> Result<void> {
    DIVIO_CHECK(work.runtime.services.ensure_server(place, server));  // only one that serves can let go of a database
    return work.runtime.services.remove_instance(place, server, instance);
  });
}

Result<void> carry_out(Work& work, const planning::RemoveServer& step, const model::EnvironmentKey& key) {
  DIVIO_TRY(instance, instance_on(work.runtime, key, step.server));
  const auto data = step.keep_data ? services::Data::kept : services::Data::removed;
  DIVIO_CHECK(with_server(work, instance, step, [&](const auto& place, const auto& server) {
    return work.runtime.services.remove_server(place, server, data);
  }));
  // The data that is kept can be read with its password only.
  return step.keep_data ? Result<void>{} : work.runtime.store.services().forget_server(work.runtime.region.name, step.server);
}

Result<void> carry_out(Work& work, const planning::ForgetService& step, const model::EnvironmentKey& key) {
  DIVIO_TRY(prefix, model::ServicePrefix::parse(step.prefix));
  DIVIO_CHECK(remove_publications(work.runtime, key, step.prefix));
  return work.runtime.store.services().remove_service(key, prefix);
}

// The environment's lease is enough: nobody else changes this instance, and the others on its server may go on meanwhile.
Result<void> carry_out(Work& work, const planning::ReplaceData& step, const model::EnvironmentKey& key) {
  Progress progress(planning::step_id(step), [&work](const Event& event) { work.run.tell(event); });
  const auto write = work.data(step.prefix);
  const ports::ArchiveWriter watched = [&](const ports::ByteSink& sink) {
    return write([&](std::string_view bytes) -> Result<void> {
      progress.add(bytes.size());
      return sink(bytes);
    });
  };
  if (const auto name = model::volume_of_entry(step.prefix); !name.empty()) {
    DIVIO_TRY(volume, volume_place(work.runtime, key, name, model::called(step.prefix), work.stop));
    DIVIO_CHECK(media::read_archive(volume, media::Existing::replace, watched));
    work.run.tell(Notice{Notice::Level::info, fmt::format("a process that has files of {} open goes on with the old ones until it starts again: divioctl restart -e {}",
                                                          model::called(step.prefix), key.environment.str())});
    return {};
  }
  DIVIO_TRY(instance, need_instance(work.runtime, key, step.prefix));
  if (instance.type == model::ServiceType::media)
    return restore_media(work.runtime, instance, work.stop, media::Existing::replace, watched);
  return restore_data(work.runtime, instance, work.stop, watched);
}

Result<void> leave_network(Runtime& runtime, const std::string& network, const model::EnvironmentKey& key) {
  DIVIO_TRY(known, runtime.store.services().services(key));
  for (const auto& instance : known)
    if (!instance.server.empty()) DIVIO_CHECK(runtime.engine.networks().disconnect(network, instance.server));
  return {};
}

}  // namespace divio::controller
