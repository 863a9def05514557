#include "migration/guard.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migration/server_texts.hpp"
#include "services/commands.hpp"
#include "services/server_container.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::migration {
namespace {

// What the register says, told by $host, $port and $path; nothing where it does not answer.
constexpr std::string_view asking = R"sh(ask() {
  host=$host port=$port path=$path timeout 2 bash -c 'exec 3<>"/dev/tcp/$host/$port" &&
    printf "GET %s HTTP/1.0\r\nHost: %s\r\nConnection: close\r\n\r\n" "$path" "$host" >&3 && cat <&3' 2>/dev/null 9>&- | tr -d '\r' | sed '1{/^HTTP\/1\.[01] 200/!q};1,/^$/d'
}
)sh";

// Its file is a line: the deadline, in hundredths of a second since the machine's start, as /proc/uptime counts, so that no
// change of the time of day moves it; the attempt; and what to ask. No file: it ends. A second one finds the first by the
// lock.
constexpr std::string_view program = R"sh(file=/tmp/$1.guard opening=$2
shift 2
exec 9>"$file.lock"
flock -n 9 || exit 0
due() {
  read -r deadline attempt opens_at host port path <"$file" && read -r now rest </proc/uptime && [ "${now/./}" -ge "$deadline" ]
} 2>/dev/null
over() {
  read -r _ newest _ <"$file" && [ "$newest" != "$attempt" ] || rm -f "$file"
} 2>/dev/null
while [ -e "$file" ]; do
  if due; then
    answer=$(ask)
    case $answer in
      "$opens_at")
        if [ -e "$file" ] && attempt=$attempt bash -c "$opening" opening "$@" 9>&-; then over; fi ;;
      committed|aborted) over ;;
    esac
  fi
  sleep 0.2 9>&-
done
rm -f "$file.lock"
)sh";

// Its line is read from standard input, but for the deadline.
constexpr std::string_view set_deadline =
    "umask 077; read -r line; read -r now rest </proc/uptime; "
    "echo $(( 10#${{now/./}} + {0} )) $line >/tmp/{1}.guard.new && mv /tmp/{1}.guard.new /tmp/{1}.guard";

constexpr std::string_view in_addresses = "-._~/:";

long long hundredths(std::chrono::milliseconds time) { return time.count() / 10; }

// Of what is asked: both come from elsewhere, and a shell gets them.
Result<void> check_register(const Register& decisions) {
  if (is_plain(decisions.host, in_addresses) && is_plain(decisions.path, in_addresses)) return {};
  return fail(ErrorCode::invalid, fmt::format("'{}{}' is not where decisions can be read", decisions.host, decisions.path), "use letters, digits and -._~/:");
}

}  // namespace

std::string guard_program() { return std::string(asking) + std::string(program); }

Result<void> check_register_from(const Side& side, const Register& decisions) {
  DIVIO_CHECK(check_register(decisions));
  const auto spec = services::administration(side.server, {"bash", "-c", "read -r host port path; " + std::string(asking) + "ask"});
  const auto line = Secret(fmt::format("{} {} {}\n", decisions.host, decisions.port, decisions.path));
  DIVIO_TRY(word, services::run_script(side.place, side.server.name, {spec, line, "ask the ingress from " + side.server.name}));
  if (trim(word) == "open") return {};
  return fail(ErrorCode::unreachable, fmt::format("{} does not reach the ingress of its host, at {} port {}", side.server.name, decisions.host, decisions.port),
              "containers have to reach that port of their host: see its firewall");
}

std::string guard_removal(std::string_view name) { return fmt::format("rm -f /tmp/{}.guard", name); }

std::string guard_search(std::string_view name) { return fmt::format("if [ -e /tmp/{0}.guard ]; then echo guard {0}; fi", name); }

Result<void> begin_guard(const Side& side, const Guarded& guarded, int attempt, const Register& decisions, planning::Decision opens_at,
                         std::chrono::milliseconds deadline) {
  using planning::Decision;
  DIVIO_CHECK(check_register(decisions));
  if (opens_at != Decision::committed && opens_at != Decision::aborted)
    return fail(ErrorCode::invalid, fmt::format("the guard of {} has no decision to open it at", guarded.what));
  const auto begin = fmt::format(fmt::runtime(set_deadline), hundredths(deadline), guarded.name) +
                     " && { setsid bash -c \"$0\" guard \"$@\" </dev/null >/dev/null 2>&1 & }";
  std::vector<std::string> command{"bash", "-c", begin, guard_program(), guarded.name, guarded.opening};
  command.insert(command.end(), guarded.words.begin(), guarded.words.end());
  const auto line = Secret(fmt::format("{} {} {} {} {}\n", attempt, opens_at == Decision::committed ? "committed" : "aborted", decisions.host,
                                       decisions.port, decisions.path));
  const auto spec = services::administration(side.server, std::move(command));
  DIVIO_TRY(begun, services::run_script(side.place, side.server.name, {spec, line, "begin the guard of " + guarded.what}));
  return {};
}

}  // namespace divio::migration
