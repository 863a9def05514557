#include "engines/docker/endpoint.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "support/try.hpp"

namespace divio::engines {
namespace {

constexpr std::string_view unix_scheme = "unix://";
constexpr std::string_view tcp_scheme = "tcp://";

Failure no_such_address(std::string_view address) {
  return fail(ErrorCode::invalid, fmt::format("'{}' is not the address of a Docker engine", address),
              fmt::format("use unix:///path/to/docker.sock or tcp://host:port, such as {}", default_docker_address));
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
  DIVIO_TRY(target, target_of(endpoint));
  return endpoint;
}

Result<system::HttpTarget> target_of(const Endpoint& endpoint) {
  system::HttpTarget target;
  const std::string_view address = endpoint.address;
  if (address.starts_with(unix_scheme)) {
    target.unix_socket = address.substr(unix_scheme.size());
    target.authority = "docker";  // nothing resolves it, but HTTP/1.1 wants a Host header
    if (!target.unix_socket.starts_with('/')) return no_such_address(address);
  } else if (address.starts_with(tcp_scheme)) {
    auto host = address.substr(tcp_scheme.size());
    if (host.ends_with('/')) host.remove_suffix(1);
    if (host.empty() || host.find_first_of("/?#@ ") != std::string_view::npos) return no_such_address(address);
    target.authority = with_port(host, !endpoint.certificates.empty());
  } else {
    return no_such_address(address);
  }
  if (!endpoint.certificates.empty()) {
    const auto file = [&](const char* name) { return endpoint.certificates + "/" + name; };
    target.tls = {file("ca.pem"), file("cert.pem"), file("key.pem")};
  }
  target.describe = [name = endpoint.address](const system::TransportFailure& failure) {
    return no_answer(name, failure);
  };
  return target;
}

Error no_answer(const std::string& address, const system::TransportFailure& failure) {
  if (failure.certificates)
    return {ErrorCode::unreachable,
            fmt::format("no TLS connection to the Docker engine at {}: {}", address, failure.text),
            "check ca.pem, cert.pem and key.pem in the folder that DOCKER_CERT_PATH names"};
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
