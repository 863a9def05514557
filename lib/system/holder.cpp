#include "system/holder.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <string>
#include <vector>

#include "support/text.hpp"
#include "system/files.hpp"

namespace divio::system {
namespace {

std::string first_line(const char* path) {
  const auto text = read_file(path);
  return text ? std::string(trim(text->substr(0, text->find('\n')))) : std::string();
}

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : std::string("localhost");
}

std::string user_name() {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 4096> buffer{};
  if (::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
    return found->pw_name;
  return fmt::format("uid-{}", ::geteuid());
}

// Empty in the machine's own process namespace, whose number is fixed in Linux (PROC_PID_INIT_INO).
std::string process_namespace() {
  std::array<char, 64> target{};
  const ssize_t size = ::readlink("/proc/self/ns/pid", target.data(), target.size());
  const std::string name(target.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  return name.empty() || name == "pid:[4026531836]" ? std::string() : "+" + name;
}

std::string machine_id() {
  std::string id = first_line("/etc/machine-id");
  return (id.empty() ? host_name() : id) + process_namespace();
}

std::optional<ProcessStat> process_stat(long process) {
  const auto text = read_file(fmt::format("/proc/{}/stat", process));
  return text ? parse_process_stat(*text) : std::nullopt;
}

}  // namespace

std::optional<ProcessStat> parse_process_stat(std::string_view text) {
  const auto name_end = text.rfind(')');
  if (name_end == std::string_view::npos || name_end + 2 >= text.size()) return std::nullopt;
  const std::vector<std::string> fields = split(text.substr(name_end + 2), ' ');  // fields[0] is field 3
  if (fields.size() < 20 || fields[0].empty()) return std::nullopt;
  ProcessStat stat{fields[0].front(), 0};
  const std::string& started = fields[19];
  const auto [end, error] = std::from_chars(started.data(), started.data() + started.size(), stat.started);
  if (error != std::errc{} || end != started.data() + started.size()) return std::nullopt;
  return stat;
}

model::Holder this_holder() {
  const auto stat = process_stat(::getpid());
  return {.machine = machine_id(),
          .boot = first_line("/proc/sys/kernel/random/boot_id"),
          .process = ::getpid(),
          .process_started = stat ? stat->started : 0,
          .person = user_name() + "@" + host_name()};
}

bool is_gone(const model::Holder& holder, const model::Holder& self) {
  if (holder.machine.empty() || holder.machine != self.machine) return false;
  if (!holder.boot.empty() && !self.boot.empty() && holder.boot != self.boot) return true;
  if (holder.process <= 0) return false;
  if (const auto stat = process_stat(holder.process))
    return stat->state == 'Z' || stat->state == 'X' ||
           (holder.process_started != 0 && stat->started != holder.process_started);
  // /proc may hide other users' processes; the kernel still says whether there is one.
  return ::kill(static_cast<pid_t>(holder.process), 0) != 0 && errno == ESRCH;
}

}  // namespace divio::system
