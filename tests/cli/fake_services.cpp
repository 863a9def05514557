// What the fake Platform says of services.
#include <unistd.h>

#include "cli/fake_calls.hpp"
#include "divio/platform.hpp"
#include "wire/request_fields.hpp"
#include "wire/request_json.hpp"

namespace divio {

using namespace fake;

namespace {

ServiceView database_service() {
  return {"default", "postgres", "15", "shared", "attached", "serving", "divio-postgres-15", "default-service", "d0c4",
          "", "", {"DATABASE_URL", "DEFAULT_DATABASE_DSN"}, ""};
}

ServiceView media() { return {"media", "media", "", "", "added", "", "", "", "", "/data/media", "", {}, ""}; }

template <class Request>
Result<RolloutOutcome> changed(const std::string& call, const Target& target, const Request& request,
                               const CallOptions& options, std::string outcome) {
  record(call, target, wire::to_json(request) + (options.dry_run ? " dry" : ""));
  if (auto good = ready(call); !good) return Failure(good.error());
  RolloutOutcome result;
  result.operation = "01op";
  result.release = 4;
  result.outcome = std::move(outcome);
  return result;
}

}  // namespace

Result<std::vector<ServiceView>> Platform::services(const Target& target) {
  record("services", target);
  return std::vector{database_service(), media()};
}

Result<ServiceView> Platform::service(const Target& target, const std::string& prefix) {
  record("service", target, prefix);
  if (prefix == "default") return database_service();
  return fail(ErrorCode::not_found, "shop-test has no service '" + prefix + "'", "it has: default, media");
}

Result<ServiceView> Platform::add_service(const Target& target, const ServiceAddRequest& request) {
  record("add", target, wire::to_json(request) + with(request.s3.secret_key));
  return media();
}

Result<RolloutOutcome> Platform::attach_service(const Target& target, const ServiceRequest& request, const CallOptions& options) {
  return changed("attach", target, request, options, "changed");
}
Result<RolloutOutcome> Platform::detach_service(const Target& target, const ServiceRequest& request, const CallOptions& options) {
  return changed("detach", target, request, options, "changed");
}
Result<ServiceView> Platform::publish_service(const Target& target, const ServicePublishRequest& request, const CallOptions&) {
  record("publish", target, wire::to_json(request));
  auto view = database_service();
  view.published = "127.0.0.1:5432";
  return view;
}
Result<ServiceView> Platform::unpublish_service(const Target& target, const ServiceRequest& request, const CallOptions&) {
  record("unpublish", target, wire::to_json(request));
  return database_service();
}
Result<RolloutOutcome> Platform::rotate_service(const Target& target, const ServiceRotateRequest& request, const CallOptions& options) {
  if (!request.secret_key.empty()) record("new secret", target, with(request.secret_key));
  return changed("rotate", target, request, options, "changed");
}
Result<RolloutOutcome> Platform::remove_service(const Target& target, const ServiceRemoveRequest& request, const CallOptions& options) {
  return changed("remove", target, request, options, "removed");
}

Result<ServiceCredentials> Platform::service_credentials(const Target& target, const std::string& prefix) {
  record("credentials", target, prefix);
  return ServiceCredentials{prefix, {{"DATABASE_URL", Secret("postgres://u:p@default-service:5432/d")}}};
}

Result<int> Platform::service_shell(const Target& target, const std::string& prefix, const Console& console, const CallOptions&) {
  record("shell", target, prefix);
  const std::string_view text = "psql\n";
  if (write(console.output, text.data(), text.size()) != 5) return 1;
  return 3;
}

Result<void> Platform::service_logs(const Target& target, const ServiceLogsRequest& request, std::stop_token,
                                    const std::function<void(const std::string&, const std::string&)>& line) {
  record("service logs", target, wire::to_json(request));
  line("divio-shop-test-cache", "Ready to accept connections");
  return {};
}

Result<RolloutOutcome> Platform::copy_data(const Target& target, const DataCopyRequest& request, const CallOptions& options) {
  return changed("data copy", target, request, options, "changed");
}
Result<RolloutOutcome> Platform::push_data(const Target& target, const DataPushRequest& request, const CallOptions& options) {
  return changed("data push", target, request, options, "changed");
}
Result<DumpView> Platform::pull_data(const Target& target, const DataPullRequest& request, const CallOptions&) {
  record("data pull", target, wire::to_json(request));
  return DumpView{"shop", target.environment, "default", "postgres", "15", request.file.empty() ? "shop.dump" : request.file, 2048,
                  "9f86d081"};
}

std::vector<std::string> Platform::service_prefixes(const Target&) { return {"default", "media"}; }
std::vector<std::string> Platform::backup_contents(const Target&) { return {"default", "media", "volume-notes"}; }

}  // namespace divio
