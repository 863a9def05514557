#include "e2e/ledger.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "fakes/outcome.hpp"
#include "haproxy/visitor.hpp"
#include "ports/engine.hpp"
#include "support/text.hpp"

namespace divio::live {
namespace {

using tests::must;

std::vector<std::string> lines_of(const std::string& text) {
  auto lines = split(trim(text), '\n');
  std::erase_if(lines, [](const std::string& line) { return !line.starts_with("row "); });
  std::ranges::sort(lines);
  return lines;
}

std::string docker(const std::string& endpoint, std::vector<std::string> words) {
  words.insert(words.begin(), {"docker", "-H", endpoint});
  return run({std::move(words), {}}).out;
}

// As the application's login, whatever the server says; what comes of it tells whether it was let in to write.
bool can_write(const std::string& endpoint, const std::string& server) {
  const std::string script =
      "database=$(psql -XqAt -U postgres -c \"SELECT datname FROM pg_database WHERE datname LIKE 'd%' AND NOT datistemplate\") && "
      "psql -XqAt -U postgres -d \"$database\" -c \"SET ROLE $database; DELETE FROM entry WHERE number = -1\"";
  return run({{"docker", "-H", endpoint, "exec", server, "sh", "-c", script}, {}}).code == 0;
}

}  // namespace

Ledger::Ledger(std::uint16_t port, const std::string& size_of_second_host) : host_({"postgres:15"}, size_of_second_host), site_({.base = "postgres:15", .port = port}) {
  namespace fs = std::filesystem;
  for (const auto& entry : fs::directory_iterator(DIVIO_SOURCE_DIR "/tests/migration/ledger"))
    site_.write(entry.path().filename().string(), file_text(entry.path()));
  site_.commit("A ledger");
  site_.expect(0, {"deploy"});
  site_.expect(0, {"region", "set", "local", "--address", needed_variable("DIVIO_TEST_ADDRESS")});
  site_.expect(0, {"region", "add", "eu", "--endpoint", host_.endpoint, "--address", host_.address, "--ingress-port", std::to_string(port)});
}

void Ledger::empty() const {
  site_.expect(0, {"service", "shell", "default"}, "TRUNCATE entry, beat;\n");
  site_.expect(0, {"exec", "web", "--", "find", "/data/files", "-type", "f", "-delete"});
}

// One that holds something else than its own name is another one.
std::vector<std::string> Ledger::files() const {
  return lines_of(site_.expect(0, {"exec", "web", "--", "sh", "-c", "cd /data/files && grep -H '' $(ls) /dev/null | sed -n 's/^\\(.*\\):\\1$/row \\1/p'"}).out);
}

std::vector<std::string> Ledger::rows(const std::string& table) const {
  return lines_of(site_.expect(0, {"service", "shell", "default"}, "\\pset format unaligned\n\\pset tuples_only on\nSELECT 'row ' || id FROM " + table + ";\n").out);
}

std::string Ledger::writable_in() const {
  std::string regions;
  if (can_write(needed_variable("DIVIO_TEST_ENGINE"), "divio-postgres-15")) regions += "local";
  if (can_write(host_.endpoint, "divio-eu-postgres-15")) regions += regions.empty() ? "eu" : " eu";
  return regions;
}

void Ledger::change_on_second_host(const std::string& statements) const {
  const std::string script = "psql -XqAt -v ON_ERROR_STOP=1 -U postgres -d $(psql -XqAt -U postgres -c \"SELECT datname FROM pg_database "
                             "WHERE NOT datistemplate AND datname <> 'postgres'\") -c \"$1\" && echo done";
  REQUIRE(docker(host_.endpoint, {"exec", "divio-eu-postgres-15", "sh", "-c", script, "sh", statements}) == "done\n");
}

std::string Ledger::left_by_migrations() const {
  const std::string script = "for database in $(psql -XqAt -U postgres -c \"SELECT datname FROM pg_database WHERE NOT datistemplate\"); do psql -XqAt -U postgres -d $database "
                             "-c \"SELECT 'slot ' || slot_name FROM pg_replication_slots\" -c \"SELECT 'publication ' || pubname FROM pg_publication\" "
                             "-c \"SELECT 'subscription ' || subname FROM pg_subscription\" -c \"SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname LIKE 'divio%'\" "
                             "-c \"SELECT 'role ' || rolname FROM pg_roles WHERE rolname LIKE 'divio%'\"; done; ls /tmp/*.guard 2>/dev/null";
  std::string left;
  const auto here = needed_variable("DIVIO_TEST_ENGINE");
  for (const auto& [endpoint, server] : {std::pair(here, "divio-postgres-15"), std::pair(host_.endpoint, "divio-eu-postgres-15")}) {
    left += docker(endpoint, {"exec", server, "sh", "-c", script});
    for (const auto* kind : {"container", "volume", "network"}) {
      std::vector<std::string> words{kind, "ls", "-q", "--filter", "label=divio.migration"};
      if (kind == std::string("container")) words.emplace_back("-a");
      left += docker(endpoint, words);
    }
  }
  return left;
}

std::string Ledger::left_on_second_host() const {
  return docker(host_.endpoint, {"ps", "-a", "--format", "{{.Names}}", "--filter", "label=divio.project=ledger"}) +
         docker(host_.endpoint, {"volume", "ls", "-q", "--filter", "label=divio.project=ledger"}) +
         docker(host_.endpoint, {"network", "ls", "--format", "{{.Name}}", "--filter", "label=divio.project=ledger"});
}

WriterAtServer::WriterAtServer()
    : thread_([this] {
        const std::string script =
            "rm -f /tmp/enough; database=$(psql -XqAt -U postgres -c \"SELECT datname FROM pg_database WHERE datname LIKE 'd%' AND NOT datistemplate\"); "
            "number=0; until [ -e /tmp/enough ]; do number=$((number + 1)); psql -XqAt -U postgres -d $database -c \"SET ROLE $database; "
            "INSERT INTO entry (id) VALUES ('direct-$number') RETURNING 'row ' || id\" 2>/dev/null; sleep 0.05; done";
        said_ = docker(needed_variable("DIVIO_TEST_ENGINE"), {"exec", "divio-postgres-15", "sh", "-c", script});
      }) {}

WriterAtServer::~WriterAtServer() {
  if (thread_.joinable()) static_cast<void>(stop());
}

std::vector<std::string> WriterAtServer::stop() {
  docker(needed_variable("DIVIO_TEST_ENGINE"), {"exec", "divio-postgres-15", "touch", "/tmp/enough"});
  thread_.join();
  return lines_of(said_);
}

LedgerWriters::LedgerWriters(const Ledger& ledger, Pace pace) : port_(ledger.site().port()), between_(pace.between) {
  for (int writer = 0; writer < pace.writers; ++writer) threads_.emplace_back([this, writer] { write(writer); });
}

LedgerWriters::~LedgerWriters() { stop(); }

void LedgerWriters::stop() {
  over_ = true;
  for (auto& thread : threads_)
    if (thread.joinable()) thread.join();
}

void LedgerWriters::write(int writer) {
  tests::Visitor visitor;
  static std::atomic<int> sessions = 0;
  const int session = ++sessions;
  for (int number = 0; !over_; ++number) {
    std::this_thread::sleep_for(between_);
    const auto id = fmt::format("w{}-{}-{}", writer, session, number);
    const auto answer = visitor.ask(port_, fmt::format("POST /write/{} HTTP/1.1\r\nHost: ledger.localhost\r\nContent-Length: 0\r\n\r\n", id));
    if (answer.empty() || visitor.was_sent_away()) visitor.leave();
    const auto status = tests::status_of(answer);
    const std::scoped_lock lock(mutex_);
    if (status == 200) acknowledged_.emplace_back(std::chrono::steady_clock::now(), "row " + id);
    else failures_.push_back(fmt::format("{}: {}", id, answer.empty() ? "no answer" : answer.substr(0, answer.find('\r'))));
  }
}

void LedgerWriters::await_more(int count) {
  const auto so_far = [&] {
    const std::scoped_lock lock(mutex_);
    return acknowledged_.size();
  };
  const auto wanted = so_far() + static_cast<std::size_t>(count);
  const bool written = comes_true([&] { return so_far() >= wanted; }, std::chrono::seconds(60));
  const std::scoped_lock lock(mutex_);
  REQUIRE_MESSAGE(written, "only " << acknowledged_.size() << " of " << wanted << " writes; the last that failed: " << (failures_.empty() ? "none" : failures_.back()));
}

std::vector<std::string> LedgerWriters::acknowledged() const {
  std::vector<std::string> ids;
  for (const auto& [when, id] : acknowledged_) ids.push_back(id);
  std::ranges::sort(ids);
  return ids;
}

std::chrono::milliseconds LedgerWriters::longest_gap() const {
  std::chrono::steady_clock::duration longest{0};
  for (std::size_t i = 1; i < acknowledged_.size(); ++i) longest = std::max(longest, acknowledged_[i].first - acknowledged_[i - 1].first);
  return std::chrono::duration_cast<std::chrono::milliseconds>(longest);
}

}  // namespace divio::live
