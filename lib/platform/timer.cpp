// A timer of systemd (systemd.timer(5), systemd.service(5)) that runs the backups that are due.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>

#include "platform/parts.hpp"
#include "support/text.hpp"
#include "support/try.hpp"
#include "system/files.hpp"
#include "system/process.hpp"

namespace divio {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view unit = "divioctl-backups";
constexpr mode_t unit_mode = 0644;
constexpr mode_t unit_folder_mode = 0755;

// Every quarter of an hour: what is due is made within that, and one that failed is tried again. Persistent: also when the
// machine was off at the time.
constexpr std::string_view timer_text = R"([Unit]
Description=Backups of divioctl that are due

[Timer]
OnCalendar=*:0/15
RandomizedDelaySec=60
Persistent=true

[Install]
WantedBy=timers.target
)";

constexpr std::string_view service_text = R"([Unit]
Description=Makes the backups of divioctl that are due

[Service]
Type=oneshot
{environment}ExecStart={program} backup run --output json --quiet
TimeoutStartSec=infinity
Nice=10
)";

// What else in the environment decides how engines are reached. None of it is a secret: logins and keys are in files, or
// with an agent. Services of the machine have no HOME of their own.
constexpr std::array<std::string_view, 6> passed_on{"HOME", "DIVIOCTL_SSH", "SSH_AUTH_SOCK", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "DOCKER_CONFIG"};
constexpr std::array<std::string_view, 3> passed_on_paths{"SSH_AUTH_SOCK", "DOCKER_CERT_PATH", "DOCKER_CONFIG"};

// A word of a unit file: '%' begins what systemd fills in, and a line ends where it ends.
std::string unit_word(std::string_view text) {
  std::string word = "\"";
  for (const char c : text) {
    if (c == '%') word += "%%";
    else if (c == '"' || c == '\\') word += {'\\', c};
    else if (c > 0 && c < ' ') word += fmt::format("\\x{:02x}", c);
    else word += c;
  }
  return word + "\"";
}

std::string variable_line(std::string_view name, std::string_view value) {
  return value.empty() ? "" : fmt::format("Environment={}\n", unit_word(fmt::format("{}={}", name, value)));
}

// The service does not run in this folder.
std::string value_elsewhere(std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());
  if (value == nullptr || *value == '\0') return {};
  return std::ranges::find(passed_on_paths, name) == passed_on_paths.end() ? value : fs::absolute(value).string();
}

std::string environment_lines(const Settings& settings) {
  auto lines = variable_line("DIVIOCTL_HOME", fs::absolute(settings.home).string()) + variable_line("DOCKER_HOST", settings.engine);
  for (const auto name : passed_on) lines += variable_line(name, value_elsewhere(name));
  return lines;
}

Result<std::string> this_program() {
  std::error_code error;
  const auto path = fs::read_symlink("/proc/self/exe", error);
  if (!error) return path.string();
  return fail(ErrorCode::failed, "it cannot be told which program this is", "mount /proc");
}

Result<std::string> unit_folder(bool system_wide) {
  if (system_wide) return std::string("/etc/systemd/system");
  if (const char* config = std::getenv("XDG_CONFIG_HOME"); config != nullptr && *config == '/') return std::string(config) + "/systemd/user";
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') return std::string(home) + "/.config/systemd/user";
  return fail(ErrorCode::invalid, "it cannot be told where your own timers are: HOME is not set", "set HOME, or say --system-wide");
}

std::vector<std::string> control(bool system_wide, const std::vector<std::string>& words) {
  std::vector<std::string> command{"systemctl"};
  if (!system_wide) command.emplace_back("--user");
  command.insert(command.end(), words.begin(), words.end());
  return command;
}

using Commands = std::vector<std::vector<std::string>>;

Commands installing(bool system_wide) {
  return {control(system_wide, {"daemon-reload"}), control(system_wide, {"enable", "--now", fmt::format("{}.timer", unit)})};
}

Commands removing(bool system_wide) {
  return {control(system_wide, {"disable", "--now", fmt::format("{}.timer", unit)}), control(system_wide, {"daemon-reload"})};
}

Result<void> tell_systemd(const std::vector<std::string>& words) {
  std::string said;
  const auto ended = system::run({.arguments = words, .environment = {}, .directory = {}}, {}, [&](std::string_view line) { said = line; });
  if (ended && *ended == 0) return {};
  const auto command = join(words, " ");
  if (!ended && ended.error().code == ErrorCode::not_found)
    return fail(ErrorCode::not_found, "systemctl is not there: this machine is not run by systemd",
                "run divioctl backup run every quarter of an hour in another way, by cron for example");
  if (!ended) return Failure(ended.error());
  return fail(ErrorCode::failed, fmt::format("{} failed: {}", command, said), "mend that, and type this again");
}

Result<TimerView> plan(const Settings& settings, const TimerRequest& request, const Commands& commands) {
  DIVIO_TRY(folder, unit_folder(request.system_wide));
  DIVIO_TRY(program, this_program());
  const auto service = fmt::format(service_text, fmt::arg("environment", environment_lines(settings)), fmt::arg("program", unit_word(program)));
  TimerView view{"planned", {{fmt::format("{}/{}.service", folder, unit), service}, {fmt::format("{}/{}.timer", folder, unit), std::string(timer_text)}}, {}};
  for (const auto& words : commands) view.commands.push_back(join(words, " "));
  return view;
}

}  // namespace

Result<TimerView> Platform::install_timer(const TimerRequest& request, bool dry_run) {
  const auto commands = installing(request.system_wide);
  DIVIO_TRY(view, plan(parts_->settings, request, commands));
  if (dry_run) return view;
  DIVIO_CHECK(system::ensure_folder(fs::path(view.files.front().path).parent_path(), unit_folder_mode));
  for (const auto& file : view.files) DIVIO_CHECK(system::write_file(file.path, file.text, unit_mode));
  for (const auto& words : commands) DIVIO_CHECK(tell_systemd(words));
  view.outcome = "installed";
  return view;
}

Result<TimerView> Platform::remove_timer(const TimerRequest& request, bool dry_run) {
  const auto commands = removing(request.system_wide);
  DIVIO_TRY(view, plan(parts_->settings, request, commands));
  if (dry_run) return view;
  if (!fs::exists(view.files.back().path))
    return fail(ErrorCode::not_found, fmt::format("{} is not there", view.files.back().path), "there is no timer to remove");
  DIVIO_CHECK(tell_systemd(commands.front()));
  for (const auto& file : view.files) {
    std::error_code error;
    fs::remove(file.path, error);
    if (error) return Failure(system::file_error("remove", file.path, error.value()));
  }
  DIVIO_CHECK(tell_systemd(commands.back()));
  view.outcome = "removed";
  return view;
}

}  // namespace divio
