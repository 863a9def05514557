// The Lua that HAProxy runs (https://www.arpalert.org/src/haproxy-lua-api/2.6/): it makes requests wait, and brings
// what the tables of the ingress say (tables_program.hpp) into a worker. It gets
//   the action `lua.divio_hold`: the request waits as long as its host is held. It sleeps a few milliseconds at a time,
//     longer the more of them wait. Beyond the count that may wait it sets txn.refused instead. Whoever came by here
//     has txn.held.
//   the action `lua.divio_wait`: where a backend has lost its last server, the request waits until there is one, for as long as
//     it takes to start an instance anew: five seconds from when that was first seen. What is out for longer is told at once.
//     Who goes away while he waits is not taken out of the count, which begins anew with each outage.
//   the command `divio reread`: takes over what the files say now. A worker does so when it begins, too, so that a
//     reload neither ends a hold nor misses what was written while it was on its way.
//   the command `divio holds`: a line "KEY WAITING HELD LEFT" for each hold, times in milliseconds.
// A hold ends at its time whether anybody comes back or not. Its times in the file are the host's uptime, which Perl
// and Lua can both read, to the hundredth of a second. Who has gone away while he waited is not taken out of the count
// at once: a request that has not been looked after for two seconds counts no more.
#pragma once

#include <string_view>

namespace divio::ingress {

inline constexpr std::string_view hold_script = R"lua(
local folder, holds_file = '/var/lib/divio-ingress/', '/dev/shm/divio-ingress-holds'
local held_hosts = folder .. 'held.lst'
local tables = {folder .. 'forwards.map', folder .. 'trusted.map', folder .. 'decisions.map'}
local holds, of_host, known = {}, {}, {}

local function lines_of(path)
  local file, lines = io.open(path), {}
  if file then
    for line in file:lines() do lines[#lines + 1] = line end
    file:close()
  end
  return lines
end

local function uptime()
  return math.floor(tonumber(lines_of('/proc/uptime')[1]:match('^%S+')) * 1000)
end

local function now()
  local time = core.now()
  return time.sec * 1000 + time.usec // 1000
end

local function read_table(path)
  local wanted, before = {}, known[path] or {}
  for _, line in ipairs(lines_of(path)) do
    local key, value = line:match('^(%S+) (%S+)$')
    if key then
      wanted[key] = value
      if before[key] ~= value then core.set_map(path, key, value) end
    end
  end
  for key in pairs(before) do
    if not wanted[key] then core.del_map(path, key) end
  end
  known[path] = wanted
end

local function read_holds()
  local shift, still, hosts = now() - uptime(), {}, {}
  for _, line in ipairs(lines_of(holds_file)) do
    local key, since, till, most, names = line:match('^(%S+) (%d+) (%d+) (%d+) %S+ (.+)$')
    if key and till + shift > now() then
      local hold = holds[key] or {waiting = 0, seen = {}}
      hold.since, hold.till, hold.most = since + shift, till + shift, tonumber(most)
      still[key] = hold
      for host in names:gmatch('%S+') do hosts[host] = hold end
    end
  end
  for host in pairs(hosts) do
    if not of_host[host] then core.add_acl(held_hosts, host) end
  end
  for host in pairs(of_host) do
    if not hosts[host] then core.del_acl(held_hosts, host) end
  end
  holds, of_host = still, hosts
end

local function reread()
  for _, path in ipairs(tables) do read_table(path) end
  read_holds()
end

local function hold_of(host)
  local hold = of_host[host]
  if not hold or now() < hold.till then return hold end
  core.del_acl(held_hosts, host)
  of_host[host] = nil
end

local function count(hold)
  local waiting, time = 0, now()
  for ticket, seen in pairs(hold.seen) do
    if seen + 2000 < time then hold.seen[ticket] = nil else waiting = waiting + 1 end
  end
  hold.waiting = waiting
  return waiting
end

core.register_action('divio_hold', {'http-req'}, function(request)
  local host, ticket = request:get_var('txn.host'), {}
  local hold = hold_of(host)
  if not hold then return end
  request:set_var('txn.held', 1)
  if hold.waiting >= hold.most and count(hold) >= hold.most then
    request:set_var('txn.refused', 1)
    return
  end
  local first = hold
  first.waiting = first.waiting + 1
  while hold do
    first.seen[ticket] = now()
    core.msleep(math.min(250, 3 + first.waiting // 20))
    hold = hold_of(host)
  end
  first.seen[ticket] = nil
  first.waiting = math.max(0, first.waiting - 1)
end, 0)

local outages, most_waiting = {}, 2000

core.register_action('divio_wait', {'http-req'}, function(request)
  local backend = request.f:be_name()
  local outage = outages[backend]
  if not outage or outage.seen + 1000 < now() then outage = {since = now(), waiting = 0} end
  outages[backend], outage.seen = outage, now()
  if outage.waiting >= most_waiting then return end
  outage.waiting = outage.waiting + 1
  while request.f:nbsrv(backend) == 0 and now() < outage.since + 5000 do
    core.msleep(20 + outage.waiting // 20)
    outage.seen = now()
  end
  outage.waiting = outage.waiting - 1
end, 0)

core.register_cli({'divio', 'reread'}, 'divio reread', function(applet)
  reread()
  applet:send('reread\n')
end)

core.register_cli({'divio', 'holds'}, 'divio holds', function(applet)
  local time, text = now(), ''
  for key, hold in pairs(holds) do
    if time < hold.till then
      text = text .. string.format('%s %d %d %d\n', key, count(hold), time - hold.since, hold.till - time)
    end
  end
  applet:send(text)
end)

-- HAProxy reads the tables a moment after this is loaded, and what is in them may change before a worker reads them anew: so
-- whatever is in them now is set, or deleted, then.
for _, path in ipairs(tables) do
  known[path] = {}
  for _, line in ipairs(lines_of(path)) do
    local key = line:match('^(%S+) ')
    if key then known[path][key] = false end
  end
end
core.register_task(reread)
)lua";

}  // namespace divio::ingress
