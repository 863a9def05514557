#include <fmt/format.h>

#include <algorithm>

#include "services/tenancy.hpp"
#include "support/scram.hpp"
#include "support/try.hpp"

namespace divio::services {
namespace {

// A statement that PostgreSQL has no "if" for, under a condition: psql runs what the query returns, a row a statement.
std::string run_if(std::string_view condition, std::string_view statement) {
  return fmt::format("SELECT '{}' WHERE {}\n\\gexec\n", statement, condition);
}

std::string has_role(const SqlName& role) {
  return fmt::format("EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = '{}')", role.str());
}

std::string has_database(const SqlName& database) {
  return fmt::format("EXISTS (SELECT FROM pg_catalog.pg_database WHERE datname = '{}')", database.str());
}

constexpr std::string_view no_powers = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS";

// Runs within the tenant's database, where it closes what lists other tenants. A catalogue that all databases share has
// rights of its own in each.
constexpr std::string_view close_lists = R"(SELECT format('REVOKE ALL ON pg_catalog.%I FROM PUBLIC', relname)
  FROM pg_catalog.pg_class
 WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind IN ('r', 'v')
   AND ((relisshared AND relname <> 'pg_tablespace')
        OR relname IN ('pg_roles', 'pg_user', 'pg_group', 'pg_stat_activity', 'pg_stat_database',
                       'pg_stat_database_conflicts', 'pg_stat_replication', 'pg_replication_slots',
                       'pg_stat_replication_slots', 'pg_prepared_xacts')
        OR relname LIKE 'pg\_stat\_progress\_%')
\gexec
SELECT format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', oid::regprocedure)
  FROM pg_catalog.pg_proc
 WHERE pronamespace = 'pg_catalog'::regnamespace
   AND proname IN ('pg_stat_get_activity', 'pg_get_replication_slots', 'pg_prepared_xact',
                   'pg_stat_get_progress_info', 'pg_stat_get_wal_senders')
\gexec
)";

// A database of the role `owner`, which nobody gets in before it is confined.
std::string confined_database(const SqlName& database, const SqlName& owner) {
  const auto& name = database.str();
  const auto create = fmt::format("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING ''UTF8'' CONNECTION LIMIT 0",
                                  name, owner.str());
  std::string script = run_if("NOT " + has_database(database), create);
  script += fmt::format("REVOKE ALL ON DATABASE {} FROM PUBLIC;\n\\connect {}\n", name, name);
  script += fmt::format("REVOKE CREATE ON SCHEMA public FROM PUBLIC;\nALTER SCHEMA public OWNER TO {};\n", owner.str());
  return script.append(close_lists);
}

bool printable(char c) { return c >= ' ' && c <= '~'; }

}  // namespace

std::string postgres_server_script() { return "REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC;\n"; }

std::string postgres_tenant_script(const SqlName& database) {
  const auto& name = database.str();
  std::string script = run_if("NOT " + has_role(database), fmt::format("CREATE ROLE {} NOLOGIN", name));
  script += fmt::format("ALTER ROLE {} NOLOGIN {};\n", name, no_powers);
  script += confined_database(database, database);
  script += fmt::format("ALTER DATABASE {} CONNECTION LIMIT -1;\n", name);
  return script;
}

Result<Secret> postgres_login_script(const SqlName& database, const SqlName& login, const Secret& password,
                                     std::string_view salt, const TenantLimits& limits) {
  if (password.empty() || !std::ranges::all_of(password.reveal(), printable))
    return fail(ErrorCode::invalid, "a password for PostgreSQL is empty or holds other than printable ASCII",
                "use letters, digits and punctuation, or let divioctl make one");
  const auto& name = login.str();
  const auto set = [&](std::string_view setting, std::string_view value) {
    return fmt::format("ALTER ROLE {} SET {} = '{}';\n", name, setting, value);
  };
  std::string script = run_if("NOT " + has_role(login), fmt::format("CREATE ROLE {} NOLOGIN", name));
  script += fmt::format("GRANT {} TO {};\n", database.str(), name);
  script += set("role", database.str());
  script += set("statement_timeout", fmt::format("{}s", limits.statement.count()));
  script += set("lock_timeout", fmt::format("{}s", limits.lock.count()));
  script += set("idle_in_transaction_session_timeout", fmt::format("{}s", limits.idle_in_transaction.count()));
  script += set("temp_file_limit", fmt::format("{}MB", limits.temporary_megabytes));
  // Last: it cannot log in before all of the above holds.
  script += fmt::format("ALTER ROLE {} LOGIN INHERIT {} CONNECTION LIMIT {} PASSWORD '{}';\n", name, no_powers,
                        limits.connections, scram_verifier(password.reveal(), salt));
  return Secret(std::move(script));
}

std::string postgres_login_removal(const SqlName& database, const SqlName& login) {
  const auto& name = login.str();
  std::string script = run_if(has_role(login), fmt::format("ALTER ROLE {} NOLOGIN", name));
  script += fmt::format("SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE usename = '{}';\n",
                        name);
  script += fmt::format("\\connect {}\n", database.str());
  script += run_if(has_role(login), fmt::format("REASSIGN OWNED BY {} TO {}", name, database.str()));
  script += run_if(has_role(login), fmt::format("DROP OWNED BY {}", name));
  script += fmt::format("DROP ROLE IF EXISTS {};\n", name);
  return script;
}

std::string postgres_tenant_removal(const SqlName& database) {
  const auto& name = database.str();
  std::string script = run_if(has_database(database), fmt::format("ALTER DATABASE {} CONNECTION LIMIT 0", name));
  script += fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE);\n", name);
  script += fmt::format(
      "SELECT format('DROP ROLE %I', login.rolname) FROM pg_catalog.pg_auth_members AS member\n"
      "  JOIN pg_catalog.pg_roles AS login ON login.oid = member.member\n"
      "  JOIN pg_catalog.pg_roles AS owner ON owner.oid = member.roleid\n"
      " WHERE owner.rolname = '{}'\n\\gexec\n",
      name);
  script += fmt::format("DROP ROLE IF EXISTS {};\n", name);
  return script;
}

Result<Restored> restored_names(const SqlName& database, const SqlName& login) {
  DIVIO_TRY(aside, SqlName::parse(database.str() + "n"));
  DIVIO_TRY(replaced, SqlName::parse(database.str() + "o"));
  return Restored{database, aside, replaced, login};
}

std::string postgres_aside_script(const Restored& names) {
  const auto& aside = names.aside.str();
  return confined_database(names.aside, names.database) +
         fmt::format("ALTER ROLE {} IN DATABASE {} SET temp_file_limit = -1;\nALTER DATABASE {} CONNECTION LIMIT -1;\n",
                     names.login.str(), aside, aside);
}

std::string postgres_swap_script(const Restored& names) {
  const auto& [database, aside, replaced, login] = names;
  std::string script = fmt::format("ALTER DATABASE {} CONNECTION LIMIT 0;\nALTER DATABASE {} CONNECTION LIMIT 0;\n", database.str(), aside.str());
  script += fmt::format(
      "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE datname IN ('{}', '{}');\n",
      database.str(), aside.str());
  script += fmt::format("BEGIN;\nALTER DATABASE {} RENAME TO {};\n", database.str(), replaced.str());
  script += fmt::format("ALTER DATABASE {} RENAME TO {};\n", aside.str(), database.str());
  script += fmt::format("ALTER ROLE {} IN DATABASE {} RESET ALL;\n", login.str(), database.str());
  script += postgres_reopening(database);
  script += fmt::format("COMMIT;\nDROP DATABASE IF EXISTS {} WITH (FORCE);\n", replaced.str());
  return script;
}

std::string postgres_reopening(const SqlName& database) {
  return fmt::format("ALTER DATABASE {} CONNECTION LIMIT -1;\n", database.str());
}

std::string postgres_restore_removal(const Restored& names) {
  return fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE);\nDROP DATABASE IF EXISTS {} WITH (FORCE);\n",
                     names.aside.str(), names.replaced.str());
}

}  // namespace divio::services
