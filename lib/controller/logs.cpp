#include "controller/logs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "controller/line_splitter.hpp"
#include "controller/observe.hpp"
#include "controller/outcome.hpp"
#include "model/labels.hpp"
#include "model/roles.hpp"
#include "support/text.hpp"
#include "support/try.hpp"

namespace divio::controller {
namespace {

using namespace std::chrono_literals;

// "10m" before now, or a time as it is.
Result<std::string> since_of(Runtime& runtime, const std::string& text) {
  if (text.empty() || text.find('T') != std::string::npos) return text;
  int amount = 0;
  char unit = 's', rest = 0;
  if (std::sscanf(text.c_str(), "%9d%c%c", &amount, &unit, &rest) < 1 || rest != 0 || amount < 0)
    return fail(ErrorCode::invalid, fmt::format("'{}' is neither an age nor a time", text), "write it like 10m, 2h or 2026-11-22T20:15:58Z");
  const std::map<char, std::chrono::seconds> units{{'s', 1s}, {'m', 1min}, {'h', 1h}, {'d', 24h}};
  const auto found = units.find(unit);
  if (found == units.end())
    return fail(ErrorCode::invalid, fmt::format("'{}' is not an age", text), "use s, m, h or d: 10m");
  return model::to_rfc3339(runtime.clock.now() - amount * found->second);
}

model::Labels labels_for(Runtime& runtime, const model::EnvironmentKey& key, const LogsRequest& request) {
  if (!request.ingress) return environment_labels(runtime, key);
  return {{std::string(model::label::role), std::string(model::role::ingress)},
          {std::string(model::label::region), runtime.region.name.str()}};
}

bool is_meant(const ports::Container& container, const LogsRequest& request) {
  if (request.ingress) return true;
  const auto process = container.labels.find(std::string(model::label::process));
  if (process == container.labels.end()) return false;
  return request.process.empty() || process->second == request.process || container.name == request.process;
}

Result<std::vector<std::string>> find_containers(Runtime& runtime, const model::EnvironmentKey& key, const LogsRequest& request) {
  DIVIO_TRY(containers, runtime.engine.containers().list(labels_for(runtime, key, request)));
  std::vector<std::string> names;
  for (const auto& container : containers)
    if (is_meant(container, request)) names.push_back(container.name);
  return names;
}

// Follows one container in a thread of its own.
class Follower {
 public:
  Follower(Runtime& runtime, std::string name, ports::LogOptions options, const std::function<void(const std::string&)>& line,
           std::stop_token stop)
      : thread_([&runtime, name = std::move(name), options = std::move(options), line, stop = std::move(stop)] {
          LineSplitter splitter(line);
          [[maybe_unused]] const auto ended = runtime.engine.streams().logs(
              name, options, [&](ports::Output, std::string_view bytes) { splitter.add(bytes); }, stop);
          splitter.finish();
        }) {}

 private:
  std::jthread thread_;
};

}  // namespace

Result<void> logs(Runtime& runtime, const model::EnvironmentKey& key, const LogsRequest& request, std::stop_token stop,
                  const InstanceLine& line) {
  if (!request.ingress) DIVIO_CHECK(need_environment(runtime, key));
  DIVIO_TRY(since, since_of(runtime, request.since));
  ports::LogOptions options{request.tail, request.follow, request.timestamps, since};
  DIVIO_TRY(names, find_containers(runtime, key, request));
  if (names.empty() && !request.follow)
    return fail(ErrorCode::not_found,
                request.process.empty() ? fmt::format("{} has no instances", key.stem())
                                        : fmt::format("{} has no process or instance '{}'", key.stem(), request.process),
                fmt::format("divioctl status -e {} shows what runs", key.environment.str()));
  std::mutex telling;
  const auto line_of = [&](const std::string& name) {
    return [&, name](const std::string& text) {
      const std::lock_guard lock(telling);
      line(name, text);
    };
  };
  if (!request.follow) {
    for (const auto& name : names) {
      LineSplitter splitter(line_of(name));
      DIVIO_CHECK(runtime.engine.streams().logs(name, options, [&](ports::Output, std::string_view bytes) { splitter.add(bytes); }, stop));
      splitter.finish();
    }
    return {};
  }
  std::map<std::string, std::unique_ptr<Follower>> followers;
  do {
    DIVIO_ASSIGN(names, find_containers(runtime, key, request));
    for (const auto& name : names)
      if (!followers.contains(name))
        followers[name] = std::make_unique<Follower>(runtime, name, options, line_of(name), stop);
    options.tail = -1;  // of instances that come later everything is new
  } while (runtime.clock.sleep(1s, stop));
  return {};
}

}  // namespace divio::controller
