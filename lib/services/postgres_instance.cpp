#include <fmt/format.h>

#include "services/blueprints.hpp"
#include "services/commands.hpp"
#include "services/dump_format.hpp"
#include "services/instance_parts.hpp"
#include "services/restricted.hpp"
#include "services/server_container.hpp"
#include "support/ids.hpp"
#include "support/try.hpp"

namespace divio::services::postgres {
namespace {

constexpr std::string_view unknown_restrict = "invalid command \\restrict";

Result<void> psql(const Place& place, const Server& server, Secret script, std::string doing) {
  const Script run{administration(server, {"psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", "postgres"}),
                   std::move(script), std::move(doing)};
  DIVIO_TRY(ignored, run_script(place, server.name, run));
  return {};
}

std::vector<std::string> restore_command(std::string_view beginning, const Restored& names) {
  if (dump_format(beginning) == DumpFormat::postgres_custom)
    return filled(blueprint(model::ServiceType::postgres).restore,
                  {{"database", names.aside.str()}, {"login", names.login.str()}});
  // Plain SQL is a script for psql.
  return {"psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "--single-transaction", "-o", "/dev/null", "-U", names.login.str(),
          "-d", names.aside.str(), "-c", "SET statement_timeout = 0", "-f", "-"};
}

ports::ArchiveWriter restricted(const ports::ArchiveWriter& archive) {
  return [&archive](const ports::ByteSink& sink) -> Result<void> {
    RestrictedDump dump(random_hex(16), sink);
    DIVIO_CHECK(archive([&](std::string_view bytes) { return dump.write(bytes); }));
    return dump.finish();
  };
}

Error refusal_of(const Ended& ended, std::string_view doing) {
  auto error = failure_of(ended, doing);
  if (ended.complaint.find(unknown_restrict) != std::string::npos)
    error.hint = "the psql of this server's image is too old to run plain SQL safely: give a dump of pg_dump -Fc, or a newer image";
  return error;
}

}  // namespace

Result<void> set_up_server(const Place& place, const Server& server) {
  return psql(place, server, Secret(postgres_server_script()), fmt::format("set up server '{}'", server.name));
}

Result<void> put_database(const Place& place, const Server& server, const model::ServiceInstance& instance) {
  DIVIO_TRY(database, SqlName::parse(instance.database));
  return psql(place, server, Secret(postgres_tenant_script(database)), fmt::format("make database {}", database.str()));
}

Result<void> put_login(const Place& place, const Server& server, const model::ServiceInstance& instance,
                       const Login& login, const TenantLimits& limits) {
  DIVIO_TRY(database, SqlName::parse(instance.database));
  DIVIO_TRY(role, SqlName::parse(login.role));
  DIVIO_TRY(script, postgres_login_script(database, role, login.password, random_hex(8), limits));
  return psql(place, server, std::move(script), fmt::format("make login {}", role.str()));
}

Result<void> drop_login(const Place& place, const Server& server, const model::ServiceInstance& instance,
                        const std::string& login) {
  DIVIO_TRY(database, SqlName::parse(instance.database));
  DIVIO_TRY(role, SqlName::parse(login));
  return psql(place, server, Secret(postgres_login_removal(database, role)), fmt::format("remove login {}", login));
}

Result<void> remove(const Place& place, const Server& server, const model::ServiceInstance& instance) {
  DIVIO_TRY(database, SqlName::parse(instance.database));
  DIVIO_TRY(names, restored_names(database, database));
  return psql(place, server, Secret(postgres_restore_removal(names) + postgres_tenant_removal(database)),
              fmt::format("remove database {}", database.str()));
}

Result<void> restore(const Place& place, const Server& server, const model::ServiceInstance& instance,
                     const ports::ArchiveWriter& archive) {
  DIVIO_TRY(database, SqlName::parse(instance.database));
  DIVIO_TRY(login, SqlName::parse(instance.role));
  DIVIO_TRY(names, restored_names(database, login));
  const auto doing = fmt::format("restore database {}", database.str());
  DIVIO_CHECK(psql(place, server, Secret(postgres_restore_removal(names) + postgres_aside_script(names)), doing));
  const Choice choose = [&](std::string_view beginning) {
    return administration(server, restore_command(beginning, names));
  };
  DIVIO_TRY(ended, run_chosen(place.engine, server.name, choose, {restricted(archive), {}, place.stop}));
  if (ended.code != 0) return Failure(refusal_of(ended, doing));
  auto swapped = psql(place, server, Secret(postgres_swap_script(names)), doing);
  // Nobody may be left outside.
  if (!swapped) DIVIO_CHECK(psql(place, server, Secret(postgres_reopening(database)), doing));
  return swapped;
}

}  // namespace divio::services::postgres
