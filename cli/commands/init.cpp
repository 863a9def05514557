#include <fmt/format.h>

#include "cli/call.hpp"
#include "cli/command.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

Result<int> carry_out_init(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(file, platform->init(call.target(), call.read<InitRequest>()));
  const auto text = fmt::format("Wrote {}\nLook it over, then: divioctl deploy\n", file);
  return call.answer_with(text, wire::text_json("file", file));
}

}  // namespace

Command init_command() {
  return {.name = "init",
          .group = Group::applications,
          .summary = "Write a starter divio.yaml",
          .description =
              "Writes divio.yaml into the folder, with what can be told from the codebase and every other setting as a "
              "comment. A codebase with only a Dockerfile deploys without one.",
          .examples = {{"divioctl init", "in the folder of a codebase"},
                       {"divioctl init --name shop --port 8000 --health-path /healthz", "say what is known already"}},
          .fields = {wire::fields_of<InitRequest>()},
          .carry_out = carry_out_init};
}

}  // namespace divio::cli
