#include "wire/event_parts.hpp"
#include "wire/views_json.hpp"

namespace divio::wire {
namespace {

OrderedJson json_of(const ServiceView& service) {
  return {{"prefix", service.prefix},       {"type", service.type},     {"version", service.version},
          {"scope", service.scope},         {"state", service.state},   {"health", service.health},
          {"server", service.server},       {"host", service.host}, {"published", service.published},     {"database", service.database},
          {"mount", service.mount},         {"bucket", service.bucket},   {"s3_authority", service.s3_authority},
          {"variables", service.variables}, {"note", service.note}};
}

}  // namespace

OrderedJson services_json(const std::vector<ServiceView>& services) {
  auto array = OrderedJson::array();
  for (const auto& service : services) array.push_back(json_of(service));
  return array;
}

std::string to_json(const ServiceView& service) { return one_line(json_of(service)); }

std::string to_json(const std::vector<ServiceView>& services) {
  return one_line(OrderedJson{{"services", services_json(services)}});
}

std::string to_json(const ServiceCredentials& credentials) {
  auto variables = OrderedJson::object();
  for (const auto& [name, value] : credentials.variables) variables[name] = value.reveal();
  return one_line(OrderedJson{{"prefix", credentials.prefix}, {"variables", std::move(variables)}});
}

std::string to_json(const DumpView& dump) {
  return one_line(OrderedJson{{"project", dump.project}, {"environment", dump.environment}, {"service", dump.service},
                              {"type", dump.type},       {"version", dump.version},         {"file", dump.file},
                              {"bytes", dump.bytes},     {"sha256", dump.sha256}});
}

}  // namespace divio::wire
