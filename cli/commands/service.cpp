// Looking at services, and adding one: service list, show, add, credentials.
#include <fmt/format.h>

#include "cli/call.hpp"
#include "cli/command.hpp"
#include "cli/read_secret.hpp"
#include "support/try.hpp"

namespace divio::cli {
namespace {

Result<int> carry_out_service_list(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(services, platform->services(call.target()));
  return call.answer(services);
}

Result<int> carry_out_service_show(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(service, platform->service(call.target(), call.read<ServiceRequest>().prefix));
  return call.answer(service);
}

Result<int> carry_out_service_add(Call& call) {
  auto request = call.read<ServiceAddRequest>();
  if (!request.s3.access_key.empty()) {
    DIVIO_ASSIGN(request.s3.secret_key, read_secret(call, "Secret key"));
  }
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(service, platform->add_service(call.target(), request));
  call.tell(fmt::format("The next deployment makes and attaches it: divioctl deploy -e {}\n", call.target().environment));
  return call.answer(service);
}

Result<int> carry_out_service_credentials(Call& call) {
  DIVIO_TRY(platform, call.platform());
  DIVIO_TRY(credentials, platform->service_credentials(call.target(), call.read<ServiceRequest>().prefix));
  return call.answer(credentials);
}

}  // namespace

Command service_list_command() {
  return {.name = "service list",
          .group = Group::services,
          .summary = "List an environment's services",
          .description = "Lists databases, caches and media storage with their state, and whether their servers can serve now.",
          .examples = {{"divioctl service list -e live", "all of them"}},
          .carry_out = carry_out_service_list};
}

Command service_show_command() {
  return {.name = "service show",
          .group = Group::services,
          .summary = "Show one service",
          .description = "Shows a service's server, how containers reach it, and the names of the variables that it gives them.",
          .examples = {{"divioctl service show -e live default", "the database"}},
          .fields = {wire::fields_of<ServiceRequest>()},
          .carry_out = carry_out_service_show};
}

Command service_add_command() {
  return {.name = "service add",
          .group = Group::services,
          .summary = "Add a service to an environment",
          .description =
              "Writes a service down; the next deployment makes it and gives its variables to the containers. What every "
              "environment of the project needs is better said in divio.yaml, under `services`. Media in S3 have a bucket and a key "
              "pair of their own, which are tried out at once; the secret key is read from standard input, or asked for on a "
              "terminal.",
          .examples = {{"divioctl service add -e live default --type postgres", "a database on the region's server"},
                       {"divioctl service add -e live reports --type mariadb --version 11.4 --scope dedicated --memory 1Gi",
                        "a server of its own"},
                       {"divioctl service add media --type media --mount /data/media", "a folder for uploads"},
                       {"divioctl service add -e live media --type media --s3-endpoint https://s3.eu-central-1.amazonaws.com "
                        "--s3-region eu-central-1 --s3-bucket shop-live --access-key AKIAEXAMPLE <secret-key.txt",
                        "uploads in a bucket"}},
          .fields = {wire::fields_of<ServiceAddRequest>()},
          .carry_out = carry_out_service_add};
}

Command service_credentials_command() {
  return {.name = "service credentials",
          .group = Group::services,
          .summary = "Print a service's variables with their values",
          .description = "Prints what the containers get, password included, to standard output and nowhere else.",
          .examples = {{"divioctl service credentials -e live default", "NAME=value lines"}},
          .fields = {wire::fields_of<ServiceRequest>()},
          .carry_out = carry_out_service_credentials};
}

}  // namespace divio::cli
