#include "migration/mariadb/cleaning.hpp"

#include "migration/guard.hpp"
#include "migration/mariadb/copying.hpp"
#include "migration/mariadb/scripts.hpp"
#include "migration/told.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::migration::mariadb {
namespace {

constexpr std::string_view cleaning = R"sql(DROP USER IF EXISTS `{login}`@`%`;
FOR one IN (SELECT id FROM information_schema.processlist WHERE user = '{login}') DO CALL {schema}.end_session(one.id); END FOR;
DROP DATABASE {schema};)sql";

constexpr std::string_view remains = R"sql(SELECT 'database {schema}' FROM information_schema.schemata WHERE schema_name = '{schema}';
SELECT 'user {login}' FROM mysql.global_priv WHERE User = '{login}';
SELECT 'a fence' FROM mysql.db WHERE Db = '{database}' AND User = '{database}' AND Insert_priv = 'N';
SHOW ALL SLAVES STATUS\G
)sql";

// A loop is one statement with semicolons in it.
std::string compound(std::string_view text) { return std::string("DELIMITER //\nBEGIN NOT ATOMIC\n").append(text).append("\nEND//\nDELIMITER ;"); }

Result<std::string> owner_of(Conversation& side) {
  DIVIO_TRY(answer, side.ask(owner_script(), "look whose migration is under way"));
  return std::string(Told{answer}["owner"]);
}

bool is_another(const std::string& owner, const Conversation& side) { return !owner.empty() && owner != "-" && owner != side.names().migration; }

}  // namespace

Result<void> clean(const Side& side, std::string_view migration, Left left) {
  DIVIO_TRY(asked, Conversation::with(side, migration));
  DIVIO_TRY(owner, owner_of(asked));
  if (owner.empty() || is_another(owner, asked)) return {};
  const auto doing = "clear away what the migration made on server '" + side.server.name + "'";
  if (owner == "-") {
    DIVIO_TRY(dropped, asked.ask("DROP DATABASE IF EXISTS {schema};", doing));
    return {};
  }
  DIVIO_TRY(ended, asked.ask("\\! " + guard_removal(asked.names().schema) + "\n\\! " + copying_removal(asked.names().schema), doing));
  const std::string_view letting_in = left == Left::opened ? "CALL {schema}.let_in();\n" : "";
  return asked.act(compound(std::string("CALL {schema}.forget_following();\n").append(letting_in).append(cleaning)), doing);
}

Result<std::vector<std::string>> leftovers(const Side& side, std::string_view migration) {
  DIVIO_TRY(asked, Conversation::with(side, migration));
  std::vector<std::string> found;
  DIVIO_TRY(owner, owner_of(asked));
  if (is_another(owner, asked)) return found;
  const auto doing = "look for what the migration left on server '" + side.server.name + "'";
  DIVIO_TRY(answer, asked.ask(remains, doing));
  const auto& names = asked.names();
  for (const auto& line : split(answer, '\n')) {
    const auto text = trim(line);
    for (const auto& one : {"database " + names.schema, "user " + names.login, std::string("a fence")})
      if (text == one && (found.empty() || found.back() != one)) found.push_back(one);
    if (text == "Connection_name: " + names.database) found.push_back("following");
  }
  DIVIO_TRY(guarded, asked.ask("\\! ls /tmp/" + names.schema + ".guard 2>/dev/null", doing));
  if (!trim(guarded).empty()) found.push_back("guard " + names.schema);
  return found;
}

}  // namespace divio::migration::mariadb
