// Commands inside containers, with a person's or a pipe's input and output.
#pragma once

#include "controller/runtime.hpp"
#include "divio/platform.hpp"

namespace divio::controller {

// In an instance that runs. Returns the command's exit code.
[[nodiscard]] Result<int> exec(Runtime&, const model::EnvironmentKey&, const ExecRequest&, const Console&, std::stop_token);

// In any container.
[[nodiscard]] Result<int> exec_in(Runtime&, const std::string& container, ports::ExecSpec, const Console&, std::stop_token);

// In a new container of a release, which is removed afterwards, also when the call was stopped. Refused while the environment is handed
// over to another region or server, and a conflict where it was meanwhile.
[[nodiscard]] Result<int> run(Runtime&, const model::EnvironmentKey&, const RunRequest&, const Console&, std::stop_token);

// Removes the containers of such commands that are over, as those do whose caller was killed.
[[nodiscard]] Result<void> remove_ended_runs(Runtime&, const model::EnvironmentKey&);

// The containers of such commands that go on, or are about to start.
[[nodiscard]] Result<std::vector<ports::Container>> runs(Runtime&, const model::EnvironmentKey&);

// Ends them, which have 10 s for it, and none of them starts any more; gives their names.
[[nodiscard]] Result<std::vector<std::string>> end_runs(Runtime&, const model::EnvironmentKey&);

}  // namespace divio::controller
