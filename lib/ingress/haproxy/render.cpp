#include "ingress/haproxy/render.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ingress/haproxy/body_script.hpp"
#include "ingress/haproxy/hold_script.hpp"
#include "ingress/haproxy/pages.hpp"
#include "ingress/haproxy/tables.hpp"
#include "support/ids.hpp"

namespace divio::ingress {
namespace {

// fd-hard-limit rather than maxconn: HAProxy takes fewer connections where the engine allows fewer, instead of not
// starting. noreuseport: without it a second HAProxy on the same port would start without complaint and take half of
// the visitors. Reloads do not need it, the master process hands its listening sockets on.
std::string global_section(const Frame& frame, std::string_view description) {
  return fmt::format(
      "global\n"
      "  description {}\n"
      "  log stdout format raw local0\n"
      "  fd-hard-limit {}\n"
      "  noreuseport\n"
      "  user haproxy\n"
      "  group haproxy\n"
      "  hard-stop-after 30m\n"
      "  mworker-max-reloads 50\n"
      "  lua-load {}\n"
      "  lua-load {}\n\n",
      description, 2 * frame.connections + 200, hold_file, body_file);
}

// Only a connection that was not made is tried again, on another instance: a request that was sent may have had an
// effect. idle-close-on-response: a worker that is being replaced answers the next request on an idle connection
// instead of closing it under the visitor's hands.
std::string defaults_section() {
  return "defaults\n"
         "  mode http\n"
         "  log global\n"
         "  option dontlognull\n"
         "  option idle-close-on-response\n"
         "  option http-restrict-req-hdr-names delete\n"
         "  balance leastconn\n"
         "  http-reuse safe\n"
         "  option redispatch 1\n"
         "  retries 5\n"
         "  retry-on conn-failure\n"
         "  timeout connect 5s\n"
         "  timeout client 60s\n"
         "  timeout server 30s\n"
         "  timeout queue 30s\n"
         "  timeout tunnel 1h\n"
         "  timeout http-request 10s\n"
         "  timeout http-keep-alive 60s\n" +
         error_pages() + "\n";
}

std::string log_lines(const Frame& frame) {
  if (!frame.access_log) return "  no log\n";
  return "  log-format \"%tr %ci %{+Q,+E}[var(txn.host)] %{+Q}r %ST %B bytes %Ta ms %b/%s %tsc "
         "retries=%rc id=%{+Q,+E}[var(txn.id)]\"\n";
}

// What a replaced worker hands over (see handover_backend) comes with the visitor's address, and has its headers
// already. So does what another region's ingress forwards, which is known by its token; everybody else's headers of
// that kind are removed.
std::string header_rules() {
  return fmt::format(
      "  http-request set-var(txn.told) bool(true) if {{ so_name replaced-worker }}\n"
      "  http-request set-var(txn.trust) var(txn.host),map({}),field(1,:) if {{ req.hdr(x-divio-forward) -m found }}\n"
      "  acl forwarded req.hdr(x-divio-forward),sha2(256),hex,lower,strcmp(txn.trust) eq 0\n"
      "  http-request set-var(txn.told) bool(true) if {{ var(txn.trust) -m found }} forwarded\n"
      "  http-request set-src req.hdr(x-divio-visitor) if {{ var(txn.trust) -m found }} forwarded\n"
      "  acl told var(txn.told) -m found\n"
      "  http-request set-header X-Forwarded-Proto %[ssl_fc,iif(https,http)] unless told\n"
      "  http-request set-header X-Forwarded-Host %[req.hdr(host)] unless told\n"
      "  http-request set-header X-Forwarded-Port %[dst_port] unless told\n"
      "  http-request del-header Proxy\n"
      "  http-request del-header x-divio- -m beg\n",
      trusted_file);
}

// A request that does not say how long its body is takes a way round, on which what it brings is counted, and comes back
// as from a replaced worker. So nobody else pays for the count. It is logged when it is back.
std::string measured_rules() {
  return fmt::format(
      "  acl measured req.hdr(transfer-encoding) -m found\n"
      "  acl is_back so_name replaced-worker\n"
      "  http-request set-log-level silent if measured !is_back\n"
      "  use_backend {} if measured !is_back\n",
      measured_backend);
}

// It waits longer than anything that is to come, a request that is held included.
std::string measured_section() {
  return fmt::format(
      "backend {}\n"
      "  timeout server 10m\n"
      "  filter lua.divio_body\n"
      "  server current unix@{} send-proxy-v2\n\n",
      measured_backend, handover_socket);
}

// Words of migrations are read by whoever knows their token, held hosts or not, and the token stays out of the log.
// Where a request leads is looked up after it was held, and once, so that it is one way as a whole. One that was held in a worker
// which a reload has replaced meanwhile goes to the worker that knows. A host with a '/' is no visitor's to ask for.
std::string way_rules() {
  return fmt::format(
             "  http-request set-log-level silent if {{ path_beg /.well-known/divio/migration/ }}\n"
             "  http-request return status 200 content-type text/plain lf-string \"%[path,word(4,/),map({0})]\" "
             "hdr Cache-Control no-store "
             "if {{ path_beg /.well-known/divio/migration/ }} {{ path,word(4,/),map({0}) -m found }}\n"
             "  http-request lua.divio_hold if {{ var(txn.host) -m str -f {1} }}\n",
             decisions_file, held_file) +
         too_many_rules("{ var(txn.refused) -m found }") + measured_rules() +
         fmt::format(
             "  use_backend {0} if {{ stopping }} {{ var(txn.held) -m found }}\n"
             "  http-request set-var(txn.forward) var(txn.host),map({2})\n"
             "  http-request set-var(txn.until) var(txn.forward),field(4,:)\n"
             "  acl forward_lasts var(txn.until) -m str 0\n"
             "  acl forward_lasts date,sub(txn.until) lt 0\n"
             "  use_backend %[str({5}/),concat(,txn.host),map({3},{6})] if {{ var(txn.forward),field(1,:) -m str {5} }}\n"
             "  use_backend {1} if {{ var(txn.until) -m found }} forward_lasts\n"
             "  use_backend {4} if {{ var(txn.host) -m sub / }}\n"
             "  use_backend %[var(txn.host),map({3},{4})]\n",
             handover_backend, forward_backend, forwards_file, hosts_file, unknown_backend, beside_word, unserved_backend);
}

std::string frontend_section(const Frame& frame) {
  std::string text = "frontend http\n";
  for (const auto& listener : frame.listeners) text += fmt::format("  bind {}:{}\n", listener.address, listener.port);
  text += fmt::format("  bind unix@{} name replaced-worker accept-proxy user haproxy mode 600\n", handover_socket);
  text += log_lines(frame);
  text +=
      "  http-request set-var(txn.host) req.hdr(host),host_only,lower,rtrim(.)\n"
      "  http-request set-header X-Request-Id %[uuid()] unless { req.hdr(x-request-id) -m found }\n"
      "  http-request set-var(txn.id) req.hdr(x-request-id)\n";
  text += header_rules();
  text += too_large_rules("{ req.body_size gt 524288000 }");
  text += way_rules();
  text += fmt::format("  http-response track-sc0 be_name table {} if {{ status 101 }}\n", upgraded_table);
  text += fmt::format("  default_backend {}\n\n", unserved_backend);
  return text;
}

// Any other ingress: the address of a server that has none is taken from the request. It waits longer than that ingress
// does, so that a visitor gets its page, and tries for 10 s, in which that ingress may be started anew. What goes to a host that
// confirms nothing for 10 s is given up: the way is cut, and a system goes on sending for minutes, ever more rarely. So is what only
// waits for an answer: the host is asked meanwhile, and whatever translates addresses on the way may have forgotten the connection.
std::string forward_section() {
  return fmt::format(
      "backend {}\n"
      "  timeout server 35s\n"
      "  timeout connect 2s\n"
      "  retries 10\n"
      "  option srvtcpka\n"
      "  srvtcpka-idle 5s\n"
      "  srvtcpka-intvl 2s\n"
      "  srvtcpka-cnt 3\n"
      "  http-request set-dst var(txn.forward),field(1,:)\n"
      "  http-request set-dst-port var(txn.forward),field(2,:)\n"
      "  http-request set-header X-Divio-Forward %[var(txn.forward),field(3,:)]\n"
      "  http-request set-header X-Divio-Visitor %[src]\n"
      "  server other 0.0.0.0 pool-max-conn -1 pool-purge-delay 1s tcp-ut 10s\n\n",
      forward_backend);
}

std::string fixed_backends() {
  return fmt::format("backend {}\n{}\nbackend {}\n{}\n", unknown_backend, unknown_host_rules({}), unserved_backend,
                     not_running_rules({})) +
         fmt::format("backend {}\n  server current unix@{} send-proxy-v2\n\n", handover_backend, handover_socket) +
         measured_section() + fmt::format("backend {}\n  stick-table type string len 128 size 20k store conn_cur\n\n", upgraded_table) +
         forward_section();
}

// Between apostrophes HAProxy takes everything literally.
std::string in_apostrophes(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'') result += "'\\'";
    result += c;
  }
  return result + "'";
}

std::string health_lines(const Backend& backend) {
  auto text = fmt::format("  timeout check {}ms\n", backend.health.timeout.count());
  if (backend.health.path.empty()) return text;
  text += "  option httpchk\n";
  text += fmt::format("  http-check send meth GET uri {} ver HTTP/1.1 hdr Host {} hdr User-Agent divio-health\n",
                      in_apostrophes(backend.health.path), backend.host);
  return text + "  http-check expect status 200-299\n";
}

std::string backend_section(const Backend& backend) {
  auto text = fmt::format("backend {}\n  option forwardfor\n", backend.name);
  // A worker that is being replaced counts its backends as stopped, with no usable server (nbsrv is 0), and still
  // answers visitors on connections they have kept.
  text += "  http-request lua.divio_wait if { nbsrv eq 0 } !{ stopping }\n";
  text += no_instance_rules(backend.key.original(), "{ nbsrv eq 0 } !{ stopping }");
  // Whoever met the last instance just as it went tries that one again, a second apart. Sent to any other instead, for which HAProxy
  // looks at once when it knows that this one is gone, he would be refused.
  text += "  force-persist if { nbsrv eq 1 }\n";
  text += health_lines(backend);
  for (const auto& server : backend.servers) {
    text += fmt::format("  server {} {}:{} {}\n", server.instance, server.address, server.port,
                        server_settings(backend.health, server.serving));
  }
  return text + "\n";
}

std::string fixed_sections(const Frame& frame) {
  return defaults_section() + frontend_section(frame) + fixed_backends();
}

// Shows how this version writes any backend, so that a version that writes them differently has another fingerprint.
Backend sample_backend() {
  const model::EnvironmentKey key{*model::ProjectName::parse("a"), *model::EnvironmentName::parse("b")};
  return {"a", key, "a", model::HealthCheck{.path = "/"}, {Server{"a", "192.0.2.1", 1, true}}};
}

}  // namespace

// A new server is looked at every 25 ms until it is up (HAProxy's downinter), then at the interval asked
// for. pool-purge-delay: idle connections to a server are given up before application servers commonly close them (2 s
// and more), so that no request meets a connection that is just being closed. pool-max-conn: servers added at run time
// would keep no idle connection otherwise, and each request would make one (HAProxy 2.6).
std::string server_settings(const model::HealthCheck& health, bool serving) {
  return fmt::format(
      "check inter {}ms fastinter 50ms downinter 25ms rise 1 fall 3 observe layer4 error-limit 1 on-error fastinter "
      "pool-max-conn -1 pool-purge-delay 1s weight {}",
      health.interval.count(), serving ? 1 : 0);
}

std::string fingerprint(const Frame& frame) {
  const auto text =
      global_section(frame, "") + fixed_sections(frame) + backend_section(sample_backend()) + std::string(hold_script) +
                    std::string(body_script);
  return "divio-" + sha256_hex(text).substr(0, 16);
}

Rendered render(const Layout& layout, const Frame& frame) {
  Rendered rendered;
  rendered.config = "# Written by divioctl. Changes made here are lost.\n" + global_section(frame, fingerprint(frame)) +
                    fixed_sections(frame);
  for (const auto& backend : layout.backends) rendered.config += backend_section(backend);
  for (const auto& [host, backend] : layout.hosts) rendered.hosts += fmt::format("{} {}\n", host, backend);
  return rendered;
}

}  // namespace divio::ingress
