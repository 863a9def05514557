#include "engines/docker/ssh_words.hpp"

#include <fmt/format.h>

#include "support/text.hpp"

namespace divio::engines {
namespace {

bool says(std::string_view log, std::string_view phrase) {
  return log.find(phrase) != std::string_view::npos;
}

// The last line that ssh wrote, whole.
std::string last_line(std::string_view log) {
  log = trim(log);
  const auto end = log.rfind('\n');
  return std::string(trim(end == std::string_view::npos ? log : log.substr(end + 1)));
}

std::string line_with(std::string_view log, std::string_view phrase) {
  for (const auto& line : split(log, '\n'))
    if (says(line, phrase)) return std::string(trim(line));
  return {};
}

Error unreachable(std::string message, std::string hint) {
  return {ErrorCode::unreachable, std::move(message), std::move(hint)};
}

// A reason that needs more than its phrase, in the order of likelihood.
struct Reason {
  std::string_view phrase;
  std::string message;
  std::string hint;
};

std::vector<Reason> reasons(const SshAddress& address) {
  const auto who = destination_of(address);
  const auto by_hand = ssh_by_hand(address);
  const auto network = fmt::format("check the host's name, its firewall and that its ssh server runs: {}", by_hand);
  const auto where = address.port == 0 ? address.host : fmt::format("{} port {}", address.host, address.port);
  return {
      {"IDENTIFICATION HAS CHANGED",
       fmt::format("the host key of {} is not the one that is known: it may be another machine", address.host),
       fmt::format("find out why it changed; if all is well, forget the old one (ssh-keygen -R {}) and run: {}",
                   address.host, by_hand)},
      {"Host key verification failed", fmt::format("the host key of {} is not known yet", address.host),
       fmt::format("connect once by hand and compare its fingerprint: {}", by_hand)},
      {"Too many authentication failures", fmt::format("ssh {} was offered too many keys", who),
       fmt::format("name the right one in ~/.ssh/config (IdentityFile, IdentitiesOnly yes), and try: {}", by_hand)},
      {"Permission denied (", fmt::format("ssh {} refused our key", who),
       fmt::format("put your key there (ssh-copy-id {}) or into your agent (ssh-add), and try: {} docker version", who,
                   by_hand)},
      {"Could not resolve hostname", fmt::format("there is no host named {}", address.host),
       "check the name in the address, your network and ~/.ssh/config"},
      {"Connection refused", fmt::format("no ssh server answers at {}: connection refused", where), network},
      {"No route to host", fmt::format("no ssh server answers at {}: no route to host", where), network},
      {"Network is unreachable", fmt::format("no ssh server answers at {}: network is unreachable", where), network},
      {"timed out", fmt::format("no ssh server answers at {}: it took too long", where), network},
      {"Bad owner or permissions", "ssh does not accept its configuration", "correct what it names"},
      {"onfiguration option", "ssh does not accept its configuration", "correct what it names"},
  };
}

// The shell that starts it says "SCRIPT: LINE: exec: PROGRAM: not found".
Error no_program(std::string_view log) {
  const auto said = last_line(log);
  const auto exec = said.find("exec: ");
  return unreachable(fmt::format("ssh could not be started: {}", exec == std::string::npos ? said : said.substr(exec + 6)),
                     "install it (package openssh-client), or correct DIVIOCTL_SSH");
}

}  // namespace

Error no_ssh_connection(const SshAddress& address, std::string_view log) {
  for (auto& [phrase, message, hint] : reasons(address)) {
    if (!says(log, phrase)) continue;
    if (message.ends_with("configuration")) message += ": " + line_with(log, phrase);
    return unreachable(std::move(message), std::move(hint));
  }
  if (says(log, "not found") || says(log, "ermission denied")) return no_program(log);
  const auto line = last_line(log);
  return unreachable(
      fmt::format("no ssh connection to {}: {}", destination_of(address), line.empty() ? "it gave no reason" : line),
      fmt::format("try: {} docker version", ssh_by_hand(address)));
}

bool may_be_busy(std::string_view log) {
  return says(log, "kex_exchange_identification") || says(log, "banner exchange") || says(log, "Connection reset by") ||
         says(log, "Connection closed by");
}

Error broken_way(const SshAddress& address, std::string_view log, bool alive) {
  const auto who = destination_of(address);
  const auto line = last_line(log);
  if (!alive)
    return unreachable(
        fmt::format("the ssh connection to {} broke off{}", who, line.empty() ? "" : ": " + line),
        fmt::format("see whether the host still answers ({}), then run the command again", ssh_by_hand(address)));
  if (says(line, "administratively prohibited"))
    return unreachable(fmt::format("the ssh server of {} does not allow connections to sockets", address.host),
                       "allow them there: AllowStreamLocalForwarding yes in /etc/ssh/sshd_config");
  // Servers do not say whether there is no socket, whether the user may not open it, or whether they forward none.
  return unreachable(
      fmt::format("ssh reaches {}, but no Docker engine that it may use is at {} there", who, address.socket),
      fmt::format(
          "try: {} docker version. If that works, its sshd_config needs AllowStreamLocalForwarding yes; if not, "
          "start Docker there, or let the user use it (sudo usermod -aG docker {})",
          ssh_by_hand(address), address.user.empty() ? "USER" : address.user));
}

}  // namespace divio::engines
