#include "migration/postgres/guard.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "services/commands.hpp"
#include "services/server_container.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::migration::postgres {
namespace {

// The deadline is the text of its file, in hundredths of a second since the machine's start, as /proc/uptime counts: no
// change of the time of day moves it. No file: it ends. A second one finds the first by the lock.
constexpr std::string_view program = R"sh(file=/tmp/$1.guard schema=$2 database=$3 host=$4 port=$5 path=$6 opens_at=$7
exec 9>"$file.lock"
flock -n 9 || exit 0
ask() {
  timeout 2 bash -c 'exec 3<>"/dev/tcp/$0/$1" && printf "GET %s HTTP/1.0\r\nHost: %s\r\nConnection: close\r\n\r\n" "$2" "$0" >&3 && cat <&3' \
    "$host" "$port" "$path" 2>/dev/null 9>&- | tr -d '\r' | sed '1{/^HTTP\/1\.[01] 200/!q};1,/^$/d'
}
due() {
  read -r deadline <"$file" && read -r now rest </proc/uptime && [ "${now/./}" -ge "$deadline" ]
} 2>/dev/null
while [ -e "$file" ]; do
  if due; then
    answer=$(ask)
    case $answer in
      "$opens_at")
        if [ -e "$file" ] && psql -X -q -o /dev/null -v ON_ERROR_STOP=1 -U postgres -d "$database" -c "SELECT $schema.unfence()" 9>&-; then break; fi ;;
      committed|aborted) break ;;
    esac
  fi
  sleep 0.2 9>&-
done
rm -f "$file" "$file.lock"
)sh";

constexpr std::string_view set_deadline = "read -r now rest </proc/uptime; echo $(( 10#${{now/./}} + {0} )) >/tmp/{1}.guard.new && mv /tmp/{1}.guard.new /tmp/{1}.guard";

long long hundredths(std::chrono::milliseconds time) { return time.count() / 10; }

bool plain(std::string_view text) {
  constexpr std::string_view others = "-._~/:";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || others.find(c) != std::string_view::npos;
  });
}

}  // namespace

std::string guard_program() { return std::string(program); }

std::string guard_end(const Names& names) { return fmt::format("\\! rm -f /tmp/{}.guard\n", names.role); }

std::string guard_question(const Names& names) { return fmt::format("\\! if [ -e /tmp/{0}.guard ]; then echo guard {0}; fi\n", names.role); }

Result<void> guard(Conversation& side, const Register& decisions, Decision opens_at, std::chrono::milliseconds deadline) {
  if (!plain(decisions.host) || !plain(decisions.path))
    return fail(ErrorCode::invalid, fmt::format("'{}{}' is not where decisions can be read", decisions.host, decisions.path), "use letters, digits and -._~/:");
  const auto& names = side.names();
  const auto begin = fmt::format(fmt::runtime(set_deadline), hundredths(deadline), names.role) +
                     " && { setsid bash -c \"$0\" guard \"$@\" </dev/null >/dev/null 2>&1 & }";
  const auto spec = services::administration(
      side.side().server, {"bash", "-c", begin, guard_program(), names.role, names.schema, names.database, decisions.host, std::to_string(decisions.port),
                           decisions.path, opens_at == Decision::committed ? "committed" : "aborted"});
  DIVIO_TRY(begun, services::run_script(side.side().place, side.side().server.name, {spec, {}, "begin the guard of database " + names.database}));
  return {};
}

Result<void> renew_guard(Conversation& side, std::chrono::milliseconds deadline) {
  const auto& role = side.names().role;
  const auto set = fmt::format(fmt::runtime(set_deadline), hundredths(deadline), role);
  DIVIO_TRY(answer, side.ask(fmt::format("\\! if [ -e /tmp/{}.guard ]; then bash -c {}; else echo ended; fi", role, shell_quote(set)), "renew the guard"));
  if (trim(answer).empty()) return {};
  return fail(ErrorCode::not_found, fmt::format("the guard of database {} has ended", side.names().database), "see what it has decided");
}

Result<void> end_guard(Conversation& side) {
  DIVIO_TRY(answer, side.ask(guard_end(side.names()), "end the guard"));
  return {};
}

}  // namespace divio::migration::postgres
