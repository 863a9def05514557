#include "migration/redis/program.hpp"

#include <string>

namespace divio::migration::redis {
namespace {

// What runs in the pause takes few programs, for each costs milliseconds, and the server's own client ten: commands go to it in
// lines (https://redis.io/docs/reference/protocol-spec/), and what it says is written as that client writes it. The server's words
// are for people: what is no answer is one of the reasons that are known, or refused.
constexpr std::string_view tools = R"sh(export LC_ALL=C
folder=/data/divio-migration
newline=$'\n'
umask 077

answer_of_one() {
  local line count
  IFS= read -r -t 60 -u 7 line || { echo "Server closed the connection"; return 1; }
  line=${line%$'\r'}
  case $line in
    [+:-]*) echo "${line:1}" ;;
    '$-1'|'*-1') echo ;;
    '$'*) IFS= read -r -t 60 -u 7 -N "${line:1}" line && echo "$line" && read -r -t 60 -u 7 line ;;
    '*'*) for ((count = ${line:1}; count > 0; count--)); do answer_of_one || return; done ;;
  esac
}

server() {
  local command
  { exec 7<>/dev/tcp/127.0.0.1/6379; } 2>/dev/null || { echo "Could not connect to Redis"; return; }
  { printf '*3\r\n$4\r\nAUTH\r\n$5\r\ndivio\r\n$%s\r\n%s\r\n' "${#REDISCLI_AUTH}" "$REDISCLI_AUTH"; printf '%s\r\n' "$@"; } >&7
  read -r -t 60 -u 7 command
  [[ $command == +OK* ]] || echo "${command:1}"
  for command; do answer_of_one || break; done
  exec 7>&-
}

reason() {
  case $1 in
    *"Could not connect"*|*"Server closed"*|*LOADING*|"") return 2 ;;
    *) return 1 ;;
  esac
}

tell() {
  local said wanted
  [ $# -gt 0 ] || return 0
  printf -v wanted '%.0sOK\n' "$@"
  said=$(server "$@")
  [ "$said$newline" != "$wanted" ] || return 0
  said=$(grep -vx -e OK -e '' <<<"$said")
  echo "${said:-no answer}"
  reason "$said"
}

keep() {
  printf '%s\n' "$2" >"$folder/$1.new" && sync "$folder/$1.new" && mv "$folder/$1.new" "$folder/$1" && sync "$folder"
}

lock() {
  exec 9>/tmp/divio-migration.lock
  flock -w 60 9 || { echo "another command is at work on this server"; return 2; }
}

owner() {
  read -r owner 2>/dev/null <"$folder/migration" || owner=
}

begin() {
  lock || return
  owner
  [ "$owner" = "$migration" ] || { echo "the server is not prepared for migration $migration"; return 4; }
}

known() {
  read -r attempt ended 2>/dev/null <"$folder/epoch" || { attempt=0 ended=0; }
}

over() { echo "attempt $1 is not open here: attempt $attempt is known"; return 3; }

admit() {
  known
  { [ "$1" = "$attempt" ] && [ "$ended" = 0 ]; } || over "$1"
}

learn() {
  known
  if [ "$1" = "$attempt" ] && [ "$2" = "$ended" ]; then return 0; fi
  if [ "$1" -lt "$attempt" ] || { [ "$1" = "$attempt" ] && [ "$2" = 0 ]; }; then over "$1"; return; fi
  keep epoch "$1 $2"
}
)sh";

// What the application's user may is kept in a file before it is closed, and as long as it is. services/redis_instance.cpp keeps
// to that too.
constexpr std::string_view fences = R"sh(
look() {
  local seen
  seen=$(server "ACL DRYRUN default SET divio 1" "ACL GETUSER default" "INFO replication")
  fence=down rights= role= peer=
  case $seen in *"no permissions"*) fence=up ;; esac
  [[ $seen =~ ${newline}commands${newline}([^$newline]*) ]] && rights=${BASH_REMATCH[1]}
  [[ $seen =~ ${newline}role:([a-z]*) ]] && role=${BASH_REMATCH[1]}
  [[ $seen =~ master_host:([^[:space:]]*) ]] && peer=${BASH_REMATCH[1]}
  [[ $seen =~ master_port:([0-9]*) ]] && peer=$peer:${BASH_REMATCH[1]}
  if [ -z "$role" ] || [ -z "$rights" ]; then echo "$seen"; return 2; fi
}

closed() { [ "$fence" = up ] && [ -e "$folder/rights" ]; }

note_rights() {
  local noted=
  closed || { read -r noted 2>/dev/null <"$folder/rights"; [ "$noted" = "$rights" ] || keep rights "$rights"; }
}

answer_prepare() {
  lock || return
  owner
  case $owner in
    "$migration") ;;
    "") mkdir -p "$folder" && keep migration "$migration" ;;
    *) echo "migration $owner of this server is under way"; return 3 ;;
  esac
}

answer_begin() { begin && learn "$1" 0 && look && note_rights; }

answer_end() { begin && learn "$1" 1; }

answer_fence() {
  begin && admit "$1" && look && note_rights || return
  local commands=("ACL SAVE")
  closed || commands=("ACL SETUSER default -@write -publish -spublish" "${commands[@]}")
  [ "$role" != master ] || commands+=("CLIENT PAUSE 60000 WRITE")
  tell "${commands[@]}"
}

# What remains of the file when the machine loses its power says nothing of a server that is not closed.
let_in() {
  local rights commands=("CLIENT UNPAUSE")
  if read -r rights 2>/dev/null <"$folder/rights"; then commands=("ACL SETUSER default nocommands $rights" "ACL SAVE" "${commands[@]}"); fi
  changes "$@"
  tell "${commands[@]}" "${changes[@]}" && rm -f "$folder/rights"
}

# Without waiting for the disk: a server that its application may write does not read it.
forget_following() { rm -f "$folder/following.conf"; }

answer_open() {
  begin && learn "$1" 1 && forget_following && tell "REPLICAOF NO ONE" && let_in appendfsync auto-aof-rewrite-percentage
}
)sh";

// What settings were before is kept, by the first who changes them. A backlog lets who was away go on where it was; it counts as
// memory in use. There is no time after which whoever reads the first copy slowly is cut off, only the bound in bytes that
// there is anyway. A follower writes to its disk before it says how far it is, and its append-only file is written anew by
// nothing but a first copy, so that it can be seen when that is done.
constexpr std::string_view following = R"sh(
set_all() {
  local values="CONFIG SET" names=() noted
  noted="$newline$(cat "$folder/settings" 2>/dev/null)"
  while [ $# -gt 1 ]; do
    case $noted in *"$newline$1 "*) ;; *) names+=("$1") ;; esac
    values="$values $1 \"$2\""
    shift 2
  done
  if [ ${#names[@]} -gt 0 ]; then
    noted+="$newline$(server "CONFIG GET ${names[*]}" | sed '/^$/d' | paste -d' ' - -)"
    keep settings "$(sed '/^$/d' <<<"$noted")" || return
  fi
  tell "$values"
}

# Commands that give settings back, the ones that are named or all.
changes() {
  local name value wanted=" $* "
  changes=()
  [ -e "$folder/settings" ] || return 0
  while read -r name value; do
    case $wanted in *" $name "*|"  ") changes+=("CONFIG SET $name \"$value\"") ;; esac
  done <"$folder/settings"
}

backlog() {
  local most
  most=$(server "CONFIG GET maxmemory" | sed -n 2p)
  if [ "${most:-0}" -ge 536870912 ] || [ "${most:-0}" = 0 ]; then echo 33554432; return; fi
  if [ "$most" -lt 16777216 ]; then echo 1048576; else echo $((most / 16)); fi
}

answer_admit() {
  begin || return
  set_all repl-backlog-size "$(backlog)" repl-ping-replica-period 3 repl-timeout 15 repl-diskless-sync-delay 0 \
    client-output-buffer-limit "replica 268435456 0 0" || return
  tell "ACL SETUSER divio-migration reset on #$1 +psync +replconf +ping" "ACL SAVE"
}

# What the server reads when it starts again (services/blueprints.cpp).
remember_following() {
  keep following.conf "$(printf 'replicaof %s %s\nmasteruser divio-migration\nmasterauth %s\nappendfsync always\nauto-aof-rewrite-percentage 0\nrepl-timeout 15' "$@")"
}

answer_follow() {
  begin && look || return
  known
  [ "$1" = "$attempt" ] || { over "$1"; return; }
  closed || { echo "its application may write, and would lose what it wrote"; return 3; }
  set_all repl-backlog-size "$(backlog)" repl-timeout 15 repl-ping-replica-period 3 repl-diskless-load disabled appendfsync always \
    auto-aof-rewrite-percentage 0 || return
  tell "CONFIG SET masteruser divio-migration masterauth $4" || return
  remember_following "$2" "$3" "$4" || return
  [ "$peer" = "$2:$3" ] || tell "REPLICAOF $2 $3" || return
  tell "CLIENT UNPAUSE"
}

answer_standing() {
  local seen
  known
  seen=$(server "ACL DRYRUN default SET divio 1" "INFO replication persistence keyspace")
  echo "attempt:$attempt"
  echo "ended:$ended"
  case $seen in *"no permissions"*) echo fence:up ;; OK*) echo fence:down ;; esac
  echo "$seen"
  [[ $seen == *role:* ]] || reason "$seen"
}
)sh";

constexpr std::string_view cleaning = R"sh(
answer_memory() { server "INFO memory" | sed -n 's/^used_memory:\([0-9]*\).*/\1/p'; }

answer_clean() {
  lock || return
  owner
  case $owner in
    "$migration") ;;
    "") rm -rf "$folder"; return ;;
    *) return 0 ;;
  esac
  answer_end_guard
  forget_following || return
  tell "REPLICAOF NO ONE" "CONFIG SET masteruser \"\" masterauth \"\"" || return
  [ "${1:-}" = closed ] || let_in || return
  server "ACL DELUSER divio-migration" >/dev/null
  tell "ACL SAVE" || return
  [ "${1:-}" = closed ] || rm -rf "$folder"
  sync /data
}

answer_leftovers() {
  owner
  case $owner in "$migration"|"") ;; *) return 0 ;; esac
  look || return
  [ ! -e "$folder" ] || echo "folder $folder"
  ! closed || echo "a fence"
  [ ! -e "/tmp/divio-$migration.guard" ] || echo "guard divio-$migration"
  server "ACL USERS" | grep -x divio-migration | sed 's/^/user /'
  server "CONFIG GET masteruser" | sed -n '2s/..*/setting masteruser/p'
  [ -z "$peer" ] || echo "following of $peer"
}

answer_end_guard() { rm -f "/tmp/divio-$migration.guard"; }
)sh";

constexpr std::string_view conversing = R"sh(
migration=$1
while read -r -a words; do
  answer=$(case ${words[1]} in *[!a-z_]*) exit 1 ;; esac; "answer_${words[1]}" "${words[@]:2}" 2>&1)
  code=$?
  printf '%s\n%s\n%s\n' "$answer" "$code" "${words[0]}"
done
)sh";

constexpr std::string_view opening = R"sh(
migration=$1
answer_open "$attempt"
)sh";

}  // namespace

std::string_view program() {
  static const auto text = std::string(tools).append(fences).append(following).append(cleaning);
  return text;
}

std::string conversation_program() { return std::string(program()).append(comparing_program()).append(conversing); }

std::string opening_program() { return std::string(program()).append(opening); }

}  // namespace divio::migration::redis
