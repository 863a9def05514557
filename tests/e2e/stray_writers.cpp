#include "e2e/stray_writers.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "support/text.hpp"

namespace divio::live {
namespace {

constexpr auto* enough = "/tmp/enough";  // a file that ends them, in the container

// The application's own worker.
std::string rows_script() {
  const std::string folder = DIVIO_SOURCE_DIR "/tests/migration/ledger/";
  return file_text(folder + "rows.pl") + file_text(folder + "worker.pl");
}
const std::string rows_interpreter =
    "database=$(psql -XqAt -U postgres -c \"SELECT datname FROM pg_database WHERE datname LIKE 'd%' AND NOT datistemplate\"); "
    "export DATABASE_URL=\"user=postgres dbname=$database options='-c role=$database'\"; exec perl - entry \"$1\"";

// A session for each write. `client` writes $id and says what came of it; `written` and `refused` are patterns of what it says.
std::string script_of(const std::string& client, const std::string& written, const std::string& refused) {
  return "number=0\nuntil [ -e " + std::string(enough) + " ]; do\n  number=$((number + 1))\n  id=$1-$number\n  said=$(" + client + " 2>&1 </dev/null)\n" +
         "  case $said in\n    " + written + ") echo \"row $id\" ;;\n    " + refused +
         ") echo \"not written, refused: row $id\" ;;\n    *) echo \"not written: row $id\" ;;\n  esac\n  sleep 0.5\ndone\n";
}

std::string names_script(const std::string& variable) {
  const auto begin = variable.find(':', variable.find("//")) + 1;
  const auto password = variable.substr(begin, variable.find('@') - begin);
  return script_of("redis-cli --no-auth-warning -a '" + password + "' RPUSH entries \"row $id\"", "[1-9]*", "NOPERM*|READONLY*|MISCONF*");
}

// The client says the statement first. The server's own errors are from 1000 to 1999; 1053 and 1927 say that it goes, and may have done it.
std::string records_script(const std::string& variable) {
  const auto begin = variable.find("//") + 2;
  const auto login = variable.substr(begin, variable.find('@') - begin);
  const auto user = login.substr(0, login.find(':'));
  const auto client = fmt::format("MYSQL_PWD='{}' mariadb --user='{}' '{}' -e \"INSERT INTO record (id) VALUES ('$id')\"", login.substr(user.size() + 1), user, variable.substr(variable.rfind('/') + 1));
  return script_of(client, "''", "*'ERROR 1053 ('*|*'ERROR 1927 ('*) echo \"not written: row $id\" ;;\n    *'ERROR 1'[0-9][0-9][0-9]' ('*");
}

}  // namespace

StrayWriters::StrayWriters(const Site& site) {
  const auto variable = [&](const char* name) { return std::string(trim(site.expect(0, {"exec", "web", "--", "printenv", name}).out)); };
  start(Store::rows, "divio-postgres-15", rows_interpreter, rows_script());
  start(Store::names, "divio-ledger-live-cache", "exec sh -s \"$1\"", names_script(variable("CACHE_URL")));
  start(Store::records, "divio-mariadb-10-11", "exec sh -s \"$1\"", records_script(variable("RECORDS_DATABASE_DSN")));
}

StrayWriters::~StrayWriters() { stop(); }

// Each session has a name of its own in what it writes, so that nothing is written twice. None begins when the test is gone.
void StrayWriters::start(Store store, const std::string& container, const std::string& interpreter, const std::string& script) {
  const auto endpoint = needed_variable("DIVIO_TEST_ENGINE");
  REQUIRE(run({{"docker", "-H", endpoint, "exec", container, "rm", "-f", enough}, {}}).code == 0);
  const auto file = (folder_ / container).string();
  std::ofstream(file) << script;
  const std::string sessions = "session=0; while kill -0 \"$6\" && [ ! -e \"$1\" ]; do session=$((session + 1)); docker -H \"$2\" exec -i \"$3\" sh -c \"$4\" sh direct$session <\"$5\"; sleep 0.3; done";
  writers_.push_back({store, container, std::make_unique<Running>(Command{{"sh", "-c", sessions, "sh", (folder_ / "enough").string(), endpoint, container, interpreter, file, std::to_string(getpid())}, {}})});
}

void StrayWriters::stop() {
  if (stopped_) return;
  stopped_ = true;
  std::ofstream(folder_ / "enough") << "";
  for (auto& writer : writers_) {
    run({{"docker", "-H", needed_variable("DIVIO_TEST_ENGINE"), "exec", writer.container, "touch", enough}, {}});
    writer.writing->wait();
  }
}

Told StrayWriters::told_of(Store store) const {
  Told told;
  const auto writer = std::ranges::find(writers_, store, &Writer::store);
  if (writer == writers_.end()) return told;
  auto text = writer->writing->out();
  text.resize(text.rfind('\n') + 1);
  const std::string refused = "not written, refused: ", unknown = "not written: ";
  for (const auto& line : split(text, '\n')) {
    if (line.starts_with("row ")) told.written.push_back(line);
    if (line.starts_with(refused)) told.refused.push_back(line.substr(refused.size()));
    if (line.starts_with(unknown)) told.unknown.push_back(line.substr(unknown.size()));
  }
  return told;
}

}  // namespace divio::live
