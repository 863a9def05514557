// Carries out the steps of a plan that are about services. Each can be cut short and carried out again.
#pragma once

#include "controller/steps.hpp"

namespace divio::controller {

[[nodiscard]] Result<void> carry_out(Work&, const planning::EnsureServer&, const model::EnvironmentKey&);
[[nodiscard]] Result<void> carry_out(Work&, const planning::CreateServiceInstance&, const model::EnvironmentKey&);
[[nodiscard]] Result<void> carry_out(Work&, const planning::ConnectServer&, const model::EnvironmentKey&);
[[nodiscard]] Result<void> carry_out(Work&, const planning::DisconnectServer&, const model::EnvironmentKey&);
[[nodiscard]] Result<void> carry_out(Work&, const planning::BeginRotation&, const model::EnvironmentKey&);
[[nodiscard]] Result<void> carry_out(Work&, const planning::FinishRotation&, const model::EnvironmentKey&);
[[nodiscard]] Result<void> carry_out(Work&, const planning::RemoveServiceInstance&, const model::EnvironmentKey&);
[[nodiscard]] Result<void> carry_out(Work&, const planning::RemoveServer&, const model::EnvironmentKey&);
[[nodiscard]] Result<void> carry_out(Work&, const planning::ForgetService&, const model::EnvironmentKey&);
[[nodiscard]] Result<void> carry_out(Work&, const planning::ReplaceData&, const model::EnvironmentKey&);

// A network cannot go while a server is in it.
[[nodiscard]] Result<void> leave_network(Runtime&, const std::string& network, const model::EnvironmentKey&);

}  // namespace divio::controller
