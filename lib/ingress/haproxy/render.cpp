#include "ingress/haproxy/render.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ingress/haproxy/pages.hpp"
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
      "  mworker-max-reloads 50\n\n",
      description, 2 * frame.connections + 200);
}

// Only a connection that was not made is tried again, on another instance: a request that was sent may have had an
// effect. idle-close-on-response: a worker that is being replaced answers the next request on an idle connection instead
// of closing it under the visitor's hands.
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
         "  retries 3\n"
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
// already.
std::string frontend_section(const Frame& frame) {
  std::string text = "frontend http\n";
  for (const auto& listener : frame.listeners) text += fmt::format("  bind {}:{}\n", listener.address, listener.port);
  text += fmt::format("  bind unix@{} name replaced-worker accept-proxy user haproxy mode 600\n", handover_socket);
  text += log_lines(frame);
  text +=
      "  http-request set-var(txn.host) req.hdr(host),host_only,lower,rtrim(.)\n"
      "  http-request set-header X-Request-Id %[uuid()] unless { req.hdr(x-request-id) -m found }\n"
      "  http-request set-var(txn.id) req.hdr(x-request-id)\n"
      "  acl told so_name replaced-worker\n"
      "  http-request set-header X-Forwarded-Proto %[ssl_fc,iif(https,http)] unless told\n"
      "  http-request set-header X-Forwarded-Host %[req.hdr(host)] unless told\n"
      "  http-request set-header X-Forwarded-Port %[dst_port] unless told\n"
      "  http-request del-header Proxy\n";
  text += too_large_rules("{ req.body_size gt 524288000 }");
  text += fmt::format("  use_backend %[var(txn.host),map({},{})]\n", hosts_file, unknown_backend);
  text += fmt::format("  default_backend {}\n\n", unserved_backend);
  return text;
}

std::string fixed_backends() {
  return fmt::format("backend {}\n{}\nbackend {}\n{}\n", unknown_backend, unknown_host_rules({}), unserved_backend,
                     not_running_rules({})) +
         fmt::format("backend {}\n  server current unix@{} send-proxy-v2\n\n", handover_backend, handover_socket);
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
  text += no_instance_rules(backend.key, "{ nbsrv eq 0 } !{ stopping }");
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
  const auto text = global_section(frame, "") + fixed_sections(frame) + backend_section(sample_backend());
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
