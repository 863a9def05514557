// What runs in a relay's container beside HAProxy.
#pragma once

#include <string_view>

namespace divio::migration::relay {

// For HAProxy's Lua (https://www.haproxy.com/documentation/haproxy-lua-api/getting-started/introduction/), which both
// Debian's package and the official image have. HAProxy limits bandwidth by itself from 2.7 on; this does it from 2.5 on.
//
// `filter lua.limit requests|answers RATE`: all filters of a relay share one measure of bytes that may go. What has to
// wait is looked at again after 2 ms. When the sender has closed, HAProxy drops what a filter still holds back: then all
// of it goes, at most one buffer. A channel that may not receive is closed or full, so a full buffer has to be told apart
// by its size (tune.bufsize less tune.maxrewrite).
//
// `filter lua.replica NUMBER`: a MariaDB server ends the replication of whoever comes with the number of another one that is connected
// (sql/sql_repl.cc, kill_zombie_dump_threads), and a server has one number for all that it follows. So each connection for replication shows
// this one instead, in COM_REGISTER_SLAVE and COM_BINLOG_DUMP (https://mariadb.com/kb/en/com_binlog_dump/); from then on nothing is looked at.
//
// `lua.bytes`: answers /bytes/NUMBER with so many bytes.
inline constexpr std::string_view relay_program = R"lua(local full = 15360
local longest = 0.1
local allowed = 0
local last = nil

local Limit = { id = "limit of what leaves the region" }

function Limit:new()
  return setmetatable({}, { __index = self })
end

function Limit:start_analyze(txn, channel)
  if channel:is_resp() == (self.way == "answers") then
    filter.register_data_filter(self, channel)
  end
end

function Limit:tcp_payload(txn, channel)
  local time = core.now()
  local now = time.sec + time.usec / 1000000
  local since = last and math.max(0, now - last) or 0
  last = now
  allowed = math.min(self.rate * longest, allowed + since * self.rate)
  local waiting = channel:input()
  local go = math.max(0, math.min(waiting, math.floor(allowed)))
  if not channel:may_recv() and waiting + channel:output() < full then go = waiting end
  allowed = allowed - go
  if go < waiting then filter.wake_time(2) end
  return go
end

core.register_filter("limit", Limit, function(made, words)
  made.way = words[1]
  made.rate = tonumber(words[2])
  return made
end)

local Replica = { id = "number of a replica" }

function Replica:new()
  return setmetatable({ rest = 0 }, { __index = self })
end

function Replica:start_analyze(txn, channel)
  if not channel:is_resp() then filter.register_data_filter(self, channel) end
end

-- Each packet begins with the length of what follows, in 3 bytes, and its place in the conversation: 0 for a command.
local at_in = { [0x15] = 1, [0x12] = 7 }

function Replica:tcp_payload(txn, channel)
  local data = channel:data()
  if type(data) ~= "string" then return end  -- a number: there is nothing
  local at = math.min(self.rest, #data)
  self.rest = self.rest - at
  while #data - at >= 4 do
    local low, middle, high, place, command = data:byte(at + 1, at + 5)
    local length = low + middle * 256 + high * 65536
    if length > 0 and not command then break end
    local number_at = place == 0 and at_in[command]
    if number_at and length >= number_at + 4 then
      if #data - at < 4 + number_at + 4 then return at end
      channel:set(self.number, at + 4 + number_at, 4)
      if command == 0x12 then filter.unregister_data_filter(self, channel) return #data end
    end
    local whole = math.min(4 + length, #data - at)
    self.rest = 4 + length - whole
    at = at + whole
  end
  return at
end

core.register_filter("replica", Replica, function(made, words)
  made.number = string.pack("<I4", tonumber(words[1]))
  return made
end)

local piece = string.rep("divioctl", 2000)

core.register_service("bytes", "http", function(applet)
  local left = tonumber(applet.path:match("^/bytes/(%d+)$")) or 0
  applet:set_status(200)
  applet:add_header("content-length", tostring(left))
  applet:start_response()
  while left > 0 do
    applet:send(left < #piece and piece:sub(1, left) or piece)
    left = left - math.min(left, #piece)
  end
end)
)lua";

// For bash, with the words HOST PORT PROBING-PORT BYTES and then SERVICE HOST PORT for each server. Writes a line for
// each thing that it finds (probe_report.hpp). Bash and coreutils are in every image made from Debian; a longer wait than
// for HAProxy's own (5 s) would hide its answer.
inline constexpr std::string_view probe_program = R"bash(
connect() { timeout 5 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" "$2" 2>&1; }
reason() { local first=${1%%$'\n'*}; echo "${first##*: }"; }
host=$1 port=$2 probing=$3 bytes=$4
shift 4
while [ $# -gt 0 ]; do
  said=$(connect "$2" "$3") || echo "silent $1 $? $(reason "$said")"
  shift 3
done
said=$(connect "$host" "$port") || { echo "unreachable $? $(reason "$said")"; exit 0; }
exec 3<>"/dev/tcp/127.0.0.1/$probing" || { echo closed; exit 0; }
head_of_answer() {
  local line
  IFS= read -t 20 -r line <&3 || return 1
  case $line in HTTP/1.*) ;; *) return 1 ;; esac
  while IFS= read -t 20 -r line <&3; do [ "$line" != $'\r' ] || return 0; done
  return 1
}
best=
for turn in 1 2 3 4 5 6; do
  begin=${EPOCHREALTIME/[.,]/}
  printf 'GET / HTTP/1.1\r\nHost: relay\r\n\r\n' >&3
  head_of_answer || { echo closed; exit 0; }
  took=$((${EPOCHREALTIME/[.,]/} - begin))
  if [ "$turn" -gt 1 ] && { [ -z "$best" ] || [ "$took" -lt "$best" ]; }; then best=$took; fi
done
echo "round-trip $best"
[ "$bytes" -gt 0 ] || exit 0
printf 'GET /bytes/%s HTTP/1.1\r\nHost: relay\r\n\r\n' "$bytes" >&3
head_of_answer || { echo closed; exit 0; }
begin=${EPOCHREALTIME/[.,]/}
came=$(timeout 10 head -c "$bytes" <&3 | wc -c)
echo "bytes $came $((${EPOCHREALTIME/[.,]/} - begin))"
)bash";

}  // namespace divio::migration::relay
