#include "engines/docker/endpoint.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>

#include "engines/docker/ssh_forward.hpp"
#include "engines/docker/tls_words.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::engines {
namespace {

constexpr std::string_view unix_scheme = "unix://";
constexpr std::string_view tcp_scheme = "tcp://";
constexpr const char* no_name = "docker";  // nothing resolves it, but HTTP/1.1 wants a Host header

Failure no_such_address(std::string_view address) {
  return fail(ErrorCode::invalid, fmt::format("'{}' is not the address of a Docker engine", address),
              fmt::format("use unix:///path/to/docker.sock, tcp://host:port or ssh://user@host, such as {}",
                          default_docker_address));
}

// "host" -> "host:2376"; an IPv6 address is written in brackets.
std::string with_port(std::string_view host, bool tls) {
  const auto after_address = host.rfind(']');
  const auto colon = host.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && (after_address == std::string_view::npos || colon > after_address);
  if (has_port) return std::string(host);
  return fmt::format("{}:{}", host, tls ? 2376 : 2375);  // the ports registered for Docker with and without TLS
}

std::string start_hint() {
  return "start it (sudo systemctl start docker), or name another one with DOCKER_HOST or the region's endpoint";
}

Result<system::HttpTarget> ssh_target(const Endpoint& endpoint) {
  DIVIO_TRY(address, parse_ssh_address(endpoint.address));
  const auto forward = std::make_shared<SshForward>(std::move(address), endpoint.ssh);
  system::HttpTarget target;
  target.authority = no_name;
  target.open_way = [forward](const std::stop_token& stop) { return forward->open(stop); };
  target.describe = [forward](const system::TransportFailure& failure) { return forward->explain(failure); };
  return target;
}

Result<system::HttpTarget> tcp_target(const Endpoint& endpoint) {
  auto host = std::string_view(endpoint.address).substr(tcp_scheme.size());
  if (host.ends_with('/')) host.remove_suffix(1);
  if (host.empty() || host.find_first_of("/?#@ ") != std::string_view::npos) return no_such_address(endpoint.address);
  system::HttpTarget target;
  target.authority = with_port(host, !endpoint.certificates.empty());
  if (!endpoint.certificates.empty()) {
    const auto file = [&](const char* name) { return endpoint.certificates + "/" + name; };
    target.tls = {file("ca.pem"), file("cert.pem"), file("key.pem")};
  }
  target.describe = [name = endpoint.address, folder = endpoint.certificates](const system::TransportFailure& failure) {
    if (!failure.certificates) return no_answer(name, failure);
    const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    return no_tls(name, trouble_of_files(folder, now), failure.text);
  };
  return target;
}

}  // namespace

Result<Endpoint> find_endpoint(std::string_view address, const EnvironmentLookup& environment) {
  Endpoint endpoint;
  if (!address.empty())
    endpoint.address = address;
  else if (const auto host = environment("DOCKER_HOST"); host && !host->empty())
    endpoint.address = *host;
  if (endpoint.address.starts_with(tcp_scheme) && !environment("DOCKER_TLS_VERIFY").value_or("").empty()) {
    endpoint.certificates = environment("DOCKER_CERT_PATH").value_or("");
    if (endpoint.certificates.empty()) endpoint.certificates = environment("HOME").value_or("") + "/.docker";
  }
  if (const auto ssh = environment("DIVIOCTL_SSH"); ssh && !trim(*ssh).empty()) endpoint.ssh = *ssh;
  endpoint.logins = environment("DOCKER_CONFIG").value_or("");
  if (const auto home = environment("HOME").value_or(""); endpoint.logins.empty() && !home.empty()) endpoint.logins = home + "/.docker";
  DIVIO_TRY(target, target_of(endpoint));
  return endpoint;
}

Result<system::HttpTarget> target_of(const Endpoint& endpoint) {
  const std::string_view address = endpoint.address;
  if (address.starts_with(ssh_scheme)) return ssh_target(endpoint);
  if (address.starts_with(tcp_scheme)) return tcp_target(endpoint);
  system::HttpTarget target;
  if (!address.starts_with(unix_scheme)) return no_such_address(address);
  target.unix_socket = address.substr(unix_scheme.size());
  target.authority = no_name;
  if (!target.unix_socket.starts_with('/')) return no_such_address(address);
  target.describe = [name = endpoint.address](const auto& failure) { return no_answer(name, failure); };
  return target;
}

Error no_answer(const std::string& address, const system::TransportFailure& failure) {
  if (failure.connected && failure.timed_out)
    return {ErrorCode::timed_out, fmt::format("the Docker engine at {} does not answer in time", address),
            "it may be overloaded or hang: look at its log (journalctl -u docker), then run the command again"};
  if (failure.connected)
    return {ErrorCode::unreachable, fmt::format("the Docker engine at {} broke off the connection", address),
            "see whether it still runs (docker info), then run the command again"};
  if (failure.os_error == EACCES || failure.os_error == EPERM)
    return {ErrorCode::unreachable, fmt::format("the Docker engine at {} may not be used by this user", address),
            "run divioctl with sudo, or join the group of the socket (sudo usermod -aG docker $USER) and log in again"};
  const auto reason = failure.os_error != 0 ? std::string(std::strerror(failure.os_error)) : failure.text;
  return {ErrorCode::unreachable, fmt::format("no Docker engine answers at {}: {}", address, reason), start_hint()};
}

}  // namespace divio::engines
