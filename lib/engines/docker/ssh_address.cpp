#include "engines/docker/ssh_address.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "support/try.hpp"

namespace divio::engines {
namespace {

constexpr std::string_view letters_and_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

bool is_plain(std::string_view text, std::string_view also) {
  for (const char c : text)
    if (letters_and_digits.find(c) == std::string_view::npos && also.find(c) == std::string_view::npos) return false;
  return !text.empty() && text.front() != '-';
}

Failure wrong(std::string_view address, std::string_view why) {
  return fail(ErrorCode::invalid, fmt::format("'{}' is not the address of a Docker engine: {}", address, why),
              "use ssh://user@host, ssh://user@host:port or ssh://user@host/path/to/docker.sock");
}

std::optional<int> port_of(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port < 1 || port > 65535) return std::nullopt;
  return port;
}

// "host", "host:22", "[fd00::1]", "[fd00::1]:22"
Result<void> read_host(std::string_view text, std::string_view whole, SshAddress& into) {
  auto after = text.rfind(':');
  const bool bracketed = text.starts_with('[');
  if (bracketed) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return wrong(whole, "the bracket around the host is not closed");
    into.host = text.substr(1, end - 1);
    after = end + 1 < text.size() ? end + 1 : std::string_view::npos;
    if (after != std::string_view::npos && text[after] != ':') return wrong(whole, "after the host comes no port");
  } else {
    into.host = text.substr(0, after);
  }
  if (!is_plain(into.host, bracketed ? ":.%" : "._-")) return wrong(whole, "its host is not a name or an address");
  if (after == std::string_view::npos) return {};
  const auto port = port_of(text.substr(after + 1));
  if (!port) return wrong(whole, "its port is not a number from 1 to 65535");
  into.port = *port;
  return {};
}

}  // namespace

Result<SshAddress> parse_ssh_address(std::string_view address) {
  SshAddress read;
  auto rest = address;
  rest.remove_prefix(ssh_scheme.size());
  const auto slash = rest.find('/');
  const auto path = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash);
  auto host = rest.substr(0, slash);
  if (const auto sign = host.rfind('@'); sign != std::string_view::npos) {
    const auto user = host.substr(0, sign);
    host.remove_prefix(sign + 1);
    if (user.find(':') != std::string_view::npos)
      return fail(ErrorCode::invalid, fmt::format("the address of the Docker engine at '{}' holds a password", host),
                  "leave it out: ssh uses your keys and your agent (ssh-copy-id puts a key where it is needed)");
    if (!is_plain(user, "._-+@")) return wrong(address, "its user is not a name");
    read.user = user;
  }
  DIVIO_CHECK(read_host(host, address, read));
  if (path.size() > 1) read.socket = path;
  if (read.socket.size() > 107 || !is_plain(read.socket, "/._-@+"))
    return wrong(address, "its path is not that of a socket");
  return read;
}

std::string destination_of(const SshAddress& address) {
  return address.user.empty() ? address.host : fmt::format("{}@{}", address.user, address.host);
}

std::string ssh_by_hand(const SshAddress& address) {
  return address.port == 0 ? "ssh " + destination_of(address)
                           : fmt::format("ssh -p {} {}", address.port, destination_of(address));
}

std::vector<std::string> forward_arguments(const SshAddress& address, const std::string& local) {
  std::vector<std::string> arguments{"-N", "-T", "-a", "-x"};
  // A connection of its own: one that the user shares between commands would keep the forward after our end. Nobody is
  // there to be asked. A connection that died silently is noticed within a minute. The log is read for reasons.
  for (const char* option :
       {"ControlMaster=no", "ControlPath=none", "BatchMode=yes", "ConnectTimeout=15", "ServerAliveInterval=15",
        "ServerAliveCountMax=3", "StreamLocalBindUnlink=yes", "StreamLocalBindMask=0177", "LogLevel=INFO"})
    arguments.insert(arguments.end(), {"-o", option});
  arguments.insert(arguments.end(), {"-L", fmt::format("{}:{}", local, address.socket)});
  if (address.port != 0) arguments.insert(arguments.end(), {"-p", std::to_string(address.port)});
  if (!address.user.empty()) arguments.insert(arguments.end(), {"-l", address.user});
  arguments.insert(arguments.end(), {"--", address.host});
  return arguments;
}

}  // namespace divio::engines
