// The Lua that HAProxy runs (https://www.arpalert.org/src/haproxy-lua-api/2.6/, class Filter) to refuse a request that
// does not say how long its body is, once more came than a request may carry. It gets
//   the filter `lua.divio_body`: it counts what a request brings. Beyond the limit the visitor gets a 413, which is
//     logged whatever was said of the log, and whoever answers the request sees that it was broken off.
// HAProxy counts one byte for a body's end.
#pragma once

#include <string_view>

namespace divio::ingress {

inline constexpr std::string_view body_script = R"lua(
local most = 524288000 + 1
local info = 6
local Body = {id = 'divio_body', flags = filter.FLT_CFG_FL_HTX}
Body.__index = Body

function Body:new()
  return setmetatable({came = 0}, Body)
end

function Body:start_analyze(request, channel)
  if not channel:is_resp() then filter.register_data_filter(self, channel) end
end

function Body:http_payload(request, message)
  self.came = self.came + message:input()
  if self.came <= most or self.refused then return end
  self.refused = true
  request:set_loglevel(info)
  local page = request:reply{status = 413}
  page:add_header('Content-Type', 'text/plain; charset=utf-8')
  page:add_header('Cache-Control', 'no-store')
  page:set_body('Too large\nA request may carry up to 500 MB.\n')
  request:done(page)
end

core.register_filter(Body.id, Body, function(kind) return kind end)
)lua";

}  // namespace divio::ingress
