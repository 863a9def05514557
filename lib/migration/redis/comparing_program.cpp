#include <string>

#include "migration/redis/program.hpp"

namespace divio::migration::redis {
namespace {

// Scripts take what they are about as one text, by standard input. EVAL_RO runs on a follower, and while writers wait.
// https://redis.io/docs/latest/develop/interact/programmability/lua-api/
constexpr std::string_view scripts = R"sh(
scan_script='local cursor, count = ARGV[1]:match("(%d+) (%d+)")
local seen = redis.call("SCAN", cursor, "COUNT", count)
local lines = {seen[1]}
for _, key in ipairs(seen[2]) do lines[#lines + 1] = key:gsub(".", function(c) return string.format("%02x", c:byte()) end) end
return table.concat(lines, " ")'

sum_script='local most, large, ends, left = 5000, 1048576, 100, 20000
local function flat(value, parts)
  if type(value) == "table" then
    for _, one in ipairs(value) do flat(one, parts) end
    parts[#parts + 1] = ";"
  else
    value = tostring(value)
    parts[#parts + 1] = #value .. ":" .. value
  end
  return parts
end
local function text(...) return table.concat(flat({...}, {})) end
local function sorted(values) table.sort(values); return values end
local function pairs_of(values)
  local joined = {}
  for i = 1, #values, 2 do joined[#joined + 1] = #values[i] .. ":" .. values[i] .. values[i + 1] end
  return sorted(joined)
end
local count = {string = "STRLEN", list = "LLEN", set = "SCARD", hash = "HLEN", zset = "ZCARD", stream = "XLEN"}
local function groups(key)
  local found = {}
  for _, group in ipairs(redis.call("XINFO", "GROUPS", key)) do
    local named = {}
    for i = 1, #group, 2 do named[group[i]] = group[i + 1] end
    found[#found + 1] = text(named.name, named.pending, named["last-delivered-id"])
  end
  return sorted(found)
end
local whole = {
  string = function(key) return redis.call("GET", key) end,
  list = function(key) return redis.call("LRANGE", key, 0, -1) end,
  set = function(key) return sorted(redis.call("SMEMBERS", key)) end,
  hash = function(key) return pairs_of(redis.call("HGETALL", key)) end,
  zset = function(key) return redis.call("ZRANGE", key, 0, -1, "WITHSCORES") end,
  stream = function(key) return {redis.call("XRANGE", key, "-", "+"), groups(key)} end}
local sample = {
  string = function(key) return {redis.call("GETRANGE", key, 0, 65535), redis.call("GETRANGE", key, -65536, -1)} end,
  list = function(key) return {redis.call("LRANGE", key, 0, ends - 1), redis.call("LRANGE", key, -ends, -1)} end,
  zset = function(key) return {redis.call("ZRANGE", key, 0, ends - 1, "WITHSCORES"), redis.call("ZRANGE", key, -ends, -1, "WITHSCORES")} end,
  stream = function(key) return {redis.call("XRANGE", key, "-", "+", "COUNT", ends), redis.call("XREVRANGE", key, "+", "-", "COUNT", ends), groups(key)} end}
local function sum(key)
  local kind = redis.call("TYPE", key).ok
  if kind == "none" then return "-" end
  local size = count[kind] and redis.call(count[kind], key) or 0
  local small = whole[kind] and size <= (kind == "string" and large or most)
  local cost = small and (kind == "string" and math.ceil(size / 100) or size) or 2 * ends
  if left < cost and left < 20000 then return "?" end
  left = left - cost
  local value = small and whole[kind](key) or sample[kind] and sample[kind](key) or ""
  return (small and "" or "~") .. redis.sha1hex(text(kind, redis.call("PEXPIRETIME", key), size, value))
end
local lines = {}
for hex in ARGV[1]:gmatch("%S+") do
  local key = hex:gsub("..", function(two) return string.char(tonumber(two, 16)) end)
  lines[#lines + 1] = hex .. " " .. sum(key)
end
return table.concat(lines, "\n")'
)sh";

constexpr std::string_view answers = R"sh(
run() {  # DATABASE SCRIPT: standard input
  local said
  said=$(redis-cli --user divio -n "$1" -e -x EVAL_RO "$2" 0 2>&1) || { echo "$said"; reason "$said"; return; }
  printf '%s\n' "$said"
}

# What a follower has applied; its own history is as long.
offset() {
  local seen
  seen=$(server "INFO replication")
  if [[ $seen =~ ${newline}slave_repl_offset:([0-9]+) ]] || [[ $seen =~ ${newline}master_repl_offset:([0-9]+) ]]; then echo "${BASH_REMATCH[1]}"; fi
}

sums() { local database=$1; shift; [ $# = 0 ] || printf %s "$*" | run "$database" "$sum_script"; }

# OFFSET MILLISECONDS
await() {
  local now start
  read -r start _ </proc/uptime
  while now=$(offset) && [ "${now:-0}" -lt "$1" ]; do
    read -r now _ </proc/uptime
    if [ $(( (10#${now/./} - 10#${start/./}) * 10 )) -ge "$2" ]; then echo "the server does not get as far as $1"; return 5; fi
    sleep 0.01
  done
}

answer_batch() {
  local seen
  seen=$(printf '%s 500' "$2" | run "$1" "$scan_script") || { local code=$?; echo "$seen"; return $code; }
  read -r -a seen <<<"$seen"
  echo "${seen[0]}"
  with_offset "$1" "${seen[@]:1}"
}

answer_sums() { local database=$1; await "$2" "$3" || return; shift 3; sums "$database" "$@"; }

with_offset() {
  local found
  found=$(sums "$@") || { local code=$?; echo "$found"; return $code; }
  offset
  printf '%s\n' "$found"
}

answer_sums_now() { with_offset "$@"; }

# For as many milliseconds, or until go_on. Who gets the same offset then knows that nothing was written in between.
still() {
  lock && look || return
  closed || tell "CLIENT PAUSE $1 WRITE"
}

answer_still_sums() {
  local before found
  still "$1" || return
  shift
  before=$(offset)
  found=$(sums "$@") || { local code=$?; echo "$found"; return $code; }
  printf '%s\n' "$before" "$found"
}

counts() { server "INFO keyspace" | tr -d '\r' | grep ^db; }

answer_counts() { await "$1" "$2" || return; counts || true; }

answer_still_counts() {
  still "$1" || return
  offset
  counts || true
}

answer_go_on() {
  lock && look || return
  offset
  closed || tell "CLIENT UNPAUSE"
}

answer_functions() {
  server "INFO server" | tr -d '\r' | sed -n 's/^redis_version://p'
  server "FUNCTION LIST WITHCODE" | sort | sha256sum | cut -d' ' -f1
}
)sh";

constexpr std::string_view looking = R"sh(export LC_ALL=C
for program in bash setsid timeout sed grep paste sync; do command -v $program >/dev/null || echo "missing:$program"; done
flock --version >/dev/null 2>&1 || echo "missing:flock"  # busybox's cannot wait for a while
echo "migration:$(cat /data/divio-migration/migration 2>/dev/null)"
echo "free_disk:$(df -P -k /data | sed -n '2s/^[^ ]* *[0-9]* *[0-9]* *\([0-9]*\).*/\1/p')"
printf 'INFO\n' | redis-cli --user divio
)sh";

}  // namespace

std::string_view comparing_program() {
  static const auto text = std::string(scripts).append(answers);
  return text;
}

std::string_view inventory_program() { return looking; }

}  // namespace divio::migration::redis
