// How tenants live on a server that they share: scripts that make, confine and remove a database and who logs in to it.
// Every script can be run again, whole, after a crash anywhere within it; two must not run at once for one database.
//
// What binds a tenant is the number of its connections, the room for temporary files, and what it has no right to. The
// time limits are guards against mistakes: both servers let everybody lift them for their own session.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>

#include "divio/result.hpp"
#include "divio/secret.hpp"
#include "services/sql.hpp"

namespace divio::services {

struct TenantLimits {
  unsigned connections = 20;
  std::chrono::seconds statement{300};
  std::chrono::seconds lock{60};                  // PostgreSQL only: MariaDB's is what its server is started with (blueprints.cpp)
  std::chrono::seconds idle_in_transaction{300};  // PostgreSQL only
  unsigned temporary_megabytes = 2048;            // PostgreSQL only

  friend bool operator==(const TenantLimits&, const TenantLimits&) = default;
};

// PostgreSQL 13 to 16. The scripts are for `psql -X -v ON_ERROR_STOP=1` on stdin, as superuser, connected to `postgres`.
//
// A tenant is a database and a role of the same name that owns it and cannot log in. Logins are members of that role and
// become it as they connect, so everything belongs to the role, whichever login made it, and logins come and go.
//
// Its view of the server: PostgreSQL lets everybody read the lists of databases, roles and sessions. In the tenant's
// database those lists are closed, at the price that psql's \l, and pg_dump run by the tenant itself, are refused; divioctl
// dumps as superuser. What cannot be closed without breaking the server's own clients, a role's name by its number, tells
// a name that means nothing.

// Once for each server: nobody but superusers connects to the databases that every server has.
[[nodiscard]] std::string postgres_server_script();

[[nodiscard]] std::string postgres_tenant_script(const SqlName& database);

// Makes a login or gives an existing one this password and these limits. The password goes as a verifier made with `salt`,
// 16 random bytes. invalid for a password that is not printable ASCII.
[[nodiscard]] Result<Secret> postgres_login_script(const SqlName& database, const SqlName& login, const Secret& password,
                                                   std::string_view salt, const TenantLimits& limits);

// Ends the login's sessions, hands what it made by itself to the tenant, and removes it.
[[nodiscard]] std::string postgres_login_removal(const SqlName& database, const SqlName& login);

// Removes the database with all its data, its logins and its role.
[[nodiscard]] std::string postgres_tenant_removal(const SqlName& database);

// A restore goes into a database of its own, which then takes the place of the one that is there.
struct Restored {
  SqlName database;
  SqlName aside;     // is being restored
  SqlName replaced;  // what was there, until it is gone
  SqlName login;     // of the tenant, who restores it
};
[[nodiscard]] Result<Restored> restored_names(const SqlName& database, const SqlName& login);

// Makes the database aside, as confined as a tenant's, for the tenant's role, which is there. Its login gets in, with as
// much room for temporary files as indexes need.
[[nodiscard]] std::string postgres_aside_script(const Restored& names);

// Ends the tenant's sessions and puts the database aside in the place of the present one, which goes. If it fails halfway,
// the tenant may be shut out of its database until postgres_reopening().
[[nodiscard]] std::string postgres_swap_script(const Restored& names);
[[nodiscard]] std::string postgres_reopening(const SqlName& database);

// Removes what a restore that did not end has left.
[[nodiscard]] std::string postgres_restore_removal(const Restored& names);

// MariaDB 10.11 and 11.4. The scripts are for `mariadb --batch --user=root` on stdin.
//
// A tenant is a database and a user of the same name with all rights in it and none elsewhere; MariaDB shows nobody
// databases, users or sessions that are not theirs. The user stays for good, since it is the definer of views and triggers.
// So a rotation gives it two passwords, the new one and the old one, and later the new one alone.

// `passwords`: the ones that are good, one or two.
[[nodiscard]] Result<Secret> mariadb_tenant_script(const SqlName& database, std::span<const Secret> passwords,
                                                   const TenantLimits& limits);

[[nodiscard]] std::string mariadb_tenant_removal(const SqlName& database);

// Where a migration of the database keeps what it knows of this side, as long as it is under way (migration/mariadb/scripts.hpp):
// a database with a table `state`. While its column `closed` says so the tenant is given no right to write, and while `loading`
// is not empty no password either.
[[nodiscard]] std::string mariadb_migration_schema(const SqlName& database);

// Leaves the tenant an empty database.
[[nodiscard]] std::string mariadb_emptying(const SqlName& database);

}  // namespace divio::services
