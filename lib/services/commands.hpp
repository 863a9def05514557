// Commands within containers, with what goes in and out of them.
#pragma once

#include <string>
#include <string_view>

#include "ports/images.hpp"
#include "ports/streams.hpp"
#include "services/server.hpp"

namespace divio::services {

// A command that has ended.
struct Ended {
  int code = 0;
  std::string complaint;  // the end of what it wrote as errors
};

// What flows through a command: what `input` writes goes in, then what comes out goes to `output`. Empty: nothing goes
// in, and what comes out is dropped.
struct Flow {
  ports::ArchiveWriter input = {};
  ports::ByteSink output = {};
  std::stop_token stop = {};
};

// Runs a command in the container `container`. An input or output that fails ends this with its error and leaves the
// command, which then reads and writes nothing more; so does `stop`, with cancelled.
[[nodiscard]] Result<Ended> run_command(ports::Engine& engine, const std::string& container, const ports::ExecSpec& spec,
                                        const Flow& flow = {});

// The same for a command that depends on how its input begins: `choose` gets the first 16 bytes or more, less where that
// is all. A failing input that was shorter runs no command.
using Choice = std::function<ports::ExecSpec(std::string_view beginning)>;
[[nodiscard]] Result<Ended> run_chosen(ports::Engine& engine, const std::string& container, const Choice& choose,
                                       const Flow& flow);

// The same for little input and output. What is given back is the output; a command that ends with another code than 0
// is failed, with `doing` ("create database d1") after "cannot", and the first error that it wrote as the hint. No
// secret of `hidden` is shown there.
struct Script {
  ports::ExecSpec spec;
  Secret text;
  std::string doing;
  std::vector<Secret> hidden = {};
};
[[nodiscard]] Result<std::string> run_script(const Place& place, const std::string& container, const Script& script);

// The failure of a command of which only this is known.
[[nodiscard]] Error failure_of(const Ended& ended, std::string_view doing);

}  // namespace divio::services
