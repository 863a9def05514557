// The stored form of a release's configuration and of what belongs to it, as JSON text.
//
// Each text carries "version": 1. Keys that are not known are ignored and missing ones get the model's default, so that
// older and newer programs read each other's text; a higher version is refused. Text that is not JSON or does not fit
// is `invalid`, with the key in the message and never a value. Pure, safe from any thread.
#pragma once

#include <string>
#include <string_view>

#include "divio/result.hpp"
#include "divio/secret.hpp"
#include "model/process.hpp"
#include "model/release.hpp"

namespace divio::wire {

// The values of variables are in it in the clear, secret ones too: whoever stores it must seal it as a whole. `invalid`
// if something in it is not UTF-8, which JSON cannot carry and no engine would take.
[[nodiscard]] Result<Secret> write_release_config(const model::ReleaseConfig& config);
[[nodiscard]] Result<model::ReleaseConfig> read_release_config(std::string_view json);

// `invalid` if something in it is not UTF-8.
[[nodiscard]] Result<std::string> write_process(const model::Process& process);
[[nodiscard]] Result<model::Process> read_process(std::string_view json);

// What is not UTF-8 in it (old commit messages) is replaced by U+FFFD.
[[nodiscard]] std::string write_revision(const model::Revision& revision);
[[nodiscard]] Result<model::Revision> read_revision(std::string_view json);

}  // namespace divio::wire
