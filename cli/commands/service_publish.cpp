// Services' ports on the host: service publish, unpublish.
#include <fmt/format.h>

#include "cli/call.hpp"
#include "cli/command.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

Result<int> carry_out_service_publish(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(service, platform->publish_service(call.target(), call.read<ServicePublishRequest>(), call.operation()));
  call.tell(fmt::format("It is reached at {} of its engine's host, with its credentials: divioctl service credentials {} -e {}\n",
                        service.published, service.prefix, call.target().environment));
  return call.answer(service);
}

Result<int> carry_out_service_unpublish(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(service, platform->unpublish_service(call.target(), call.read<ServiceRequest>(), call.operation()));
  return call.answer(service);
}

}  // namespace

Command service_publish_command() {
  return {.name = "service publish",
          .group = Group::services,
          .summary = "Make a database or cache reachable from outside its environment",
          .description =
              "Opens a port of the engine's host that leads to the service, for a tool on that host or, through ssh -L, on your own "
              "computer. Without --address only the host itself reaches it: whatever comes by another address is not encrypted. "
              "The server is not restarted. The port stays until service unpublish, or until the service or its environment is "
              "removed; another --port or --address takes its place.",
          .examples = {{"divioctl service publish -e live default", "at 127.0.0.1:5432 of the host"},
                       {"divioctl service publish -e live default --port 15432", "where 5432 is taken"}},
          .fields = {wire::fields_of<ServicePublishRequest>()},
          .carry_out = carry_out_service_publish};
}

Command service_unpublish_command() {
  return {.name = "service unpublish",
          .group = Group::services,
          .summary = "Close the port that service publish opened",
          .description = "Connections that came by it end. The environment's containers reach the service as before.",
          .examples = {{"divioctl service unpublish -e live default", "its data and its server stay as they are"}},
          .fields = {wire::fields_of<ServiceRequest>()},
          .carry_out = carry_out_service_unpublish};
}

}  // namespace divio::cli
