#include <fmt/format.h>

#include "services/blueprints.hpp"
#include "services/commands.hpp"
#include "services/definers.hpp"
#include "services/instance_parts.hpp"
#include "services/server_container.hpp"
#include "support/try.hpp"

namespace divio::services::mariadb {
namespace {

Result<void> client(const Place& place, const Server& server, Script script) {
  script.spec = administration(server, {"mariadb", "--batch", "--user=root"});
  DIVIO_TRY(ignored, run_script(place, server.name, script));
  return {};
}

}  // namespace

Result<void> put(const Place& place, const Server& server, const model::ServiceInstance& instance,
                 std::span<const Secret> passwords, const TenantLimits& limits) {
  DIVIO_TRY(database, SqlName::parse(instance.database));
  DIVIO_TRY(script, mariadb_tenant_script(database, passwords, limits));
  return client(place, server,
                {{}, std::move(script), fmt::format("make database {}", database.str()), {passwords.begin(), passwords.end()}});
}

Result<void> remove(const Place& place, const Server& server, const model::ServiceInstance& instance) {
  DIVIO_TRY(database, SqlName::parse(instance.database));
  return client(place, server, {{}, Secret(mariadb_tenant_removal(database)), fmt::format("remove database {}", database.str())});
}

Result<void> restore(const Place& place, const Server& server, const model::ServiceInstance& instance,
                     const ports::ArchiveWriter& archive) {
  DIVIO_TRY(database, SqlName::parse(instance.database));
  const auto doing = fmt::format("restore database {}", database.str());
  DIVIO_CHECK(client(place, server, {{}, Secret(mariadb_emptying(database)), doing}));
  // A dump can hold any statement, so it is the tenant who runs them.
  const auto& row = blueprint(server.type);
  ports::ExecSpec spec{.command = filled(row.restore, {{"database", database.str()}, {"login", instance.role}})};
  spec.environment[std::string(row.password_variable)] = {instance.password, true};
  const auto rewritten = [&](const ports::ByteSink& sink) -> Result<void> {
    DefinerRewriter rewriter(database, sink);
    DIVIO_CHECK(archive([&](std::string_view bytes) { return rewriter.write(bytes); }));
    return rewriter.finish();
  };
  DIVIO_TRY(ended, run_command(place.engine, server.name, spec, {rewritten, {}, place.stop}));
  if (ended.code != 0) return Failure(failure_of(ended, doing));
  return {};
}

}  // namespace divio::services::mariadb
