#include <fmt/format.h>

#include "cli/show/show.hpp"
#include "cli/show/table.hpp"
#include "support/text.hpp"

namespace divio::cli {
namespace {

std::string painted_service(const std::string& word, const Style& style) {
  if (word == "attached" || word == "serving") return style.green(word);
  if (word == "stopped" || word == "absent") return style.red(word);
  if (word == "added" || word == "provisioned" || word == "starting") return style.yellow(word);
  return word;
}

}  // namespace

std::string text_of(const ServiceView& service, const Style& style) {
  return service.prefix + ": " + painted_service(service.state, style) + "\n" +
         block_text({{"type", service.type},
                     {"version", service.version},
                     {"scope", service.scope},
                     {"health", painted_service(service.health, style)},
                     {"server", service.server},
                     {"host", service.host},
                     {"database", service.database},
                     {"mount", service.mount},
                     {"bucket", service.bucket},
                     {"published", service.published},
                     {"S3 authority", service.s3_authority ? "the one that was given for it" : ""},
                     {"variables", join(service.variables, ", ")},
                     {"note", service.note}},
                    style);
}

std::string text_of(const std::vector<ServiceView>& services, const Style& style) {
  if (services.empty()) return "No services\n";
  std::vector<Row> rows;
  for (const auto& service : services)
    rows.push_back({service.prefix, service.type, service.version, service.scope, painted_service(service.state, style),
                    painted_service(service.health, style), !service.server.empty() ? service.server : service.bucket.empty() ? service.mount : service.bucket});
  return table_text({"SERVICE", "TYPE", "VERSION", "SCOPE", "STATE", "HEALTH", "WHERE"}, rows, style);
}

std::string text_of(const ServiceCredentials& credentials, const Style&) {
  std::string text;
  for (const auto& [name, value] : credentials.variables) text += fmt::format("{}={}\n", name, value.reveal());
  return text;
}

std::string text_of(const DumpView& dump, const Style& style) {
  return block_text({{"file", dump.file},
                     {"size", human_bytes(dump.bytes)},
                     {"sha256", dump.sha256},
                     {"data", fmt::format("{} {} of service {}, {} {}", dump.project, dump.environment, dump.service, dump.type, dump.version)}},
                    style);
}

}  // namespace divio::cli
