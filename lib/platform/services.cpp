// Services of environments: from a public request to its use case.
#include <fmt/format.h>

#include <algorithm>

#include "config/amounts.hpp"
#include "config/spelling.hpp"
#include "controller/service_changes.hpp"
#include "controller/service_publication.hpp"
#include "controller/service_views.hpp"
#include "model/volume.hpp"
#include "platform/backups.hpp"
#include "platform/bucket_login.hpp"
#include "platform/within.hpp"
#include "services/wishes.hpp"
#include "support/try.hpp"
#include "system/certificates.hpp"

namespace divio {
namespace {

Failure wrong_amount(std::string_view noun, const std::string& text, std::string_view hint) {
  return fail(ErrorCode::invalid, fmt::format("'{}' is not an amount of {}", text, noun), std::string(hint));
}

Result<model::Resources> limits_of(const ServiceAddRequest& request) {
  model::Resources limits;
  const auto memory = request.memory.empty() ? std::optional<std::uint64_t>(0) : config::parse_bytes(request.memory);
  if (!memory) return wrong_amount("memory", request.memory, "write it like 256Mi, 512M or 1Gi");
  const auto cpu = request.cpu.empty() ? std::optional<std::uint32_t>(0) : config::parse_cpu_millis(request.cpu);
  if (!cpu) return wrong_amount("processor cores", request.cpu, "write it like 0.25, 2 or 250m");
  limits.memory_bytes = *memory;
  limits.cpu_millis = *cpu;
  return limits;
}

Result<std::optional<controller::BucketLogin>> login_in(const ServiceAddRequest& request) {
  if (!says_bucket(request.s3)) return std::nullopt;
  DIVIO_TRY(login, login_of(request.s3));
  return std::optional(std::move(login));
}

Result<model::ServiceSpec> spec_of(const ServiceAddRequest& request) {
  DIVIO_TRY(prefix, model::ServicePrefix::parse(request.prefix));
  DIVIO_TRY(type, model::service_type(request.type));
  if (const auto complaint = request.mount.empty() ? std::nullopt : config::check_mount_path(request.mount)) return fail(ErrorCode::invalid, complaint->message, complaint->hint);
  model::ServiceWish wish{.prefix = std::move(prefix), .type = type, .version = request.version, .mount = config::tidy_path(request.mount)};
  if (!request.scope.empty()) {
    DIVIO_ASSIGN(wish.scope, model::service_scope(request.scope));
  }
  DIVIO_ASSIGN(wish.limits, limits_of(request));
  if (says_bucket(request.s3)) wish.storage = model::MediaStorage::s3;
  return services::complete(wish);
}

}  // namespace

Result<std::vector<ServiceView>> Platform::services(const Target& target) {
  return with_environment(*parts_, target, [](auto& runtime, const auto& key) { return controller::services(runtime, key); });
}

Result<ServiceView> Platform::service(const Target& target, const std::string& prefix) {
  return with_environment(*parts_, target, [&](auto& runtime, const auto& key) { return controller::service(runtime, key, prefix); });
}

Result<ServiceView> Platform::add_service(const Target& target, const ServiceAddRequest& request) {
  DIVIO_TRY(spec, spec_of(request));
  DIVIO_TRY(login, login_in(request));
  return with_environment(*parts_, target, [&](auto& runtime, const auto& key) -> Result<ServiceView> {
    DIVIO_CHECK(controller::add_service(runtime, key, spec, login));
    return controller::service(runtime, key, spec.prefix.str());
  });
}

Result<RolloutOutcome> Platform::attach_service(const Target& target, const ServiceRequest& request, const CallOptions& options) {
  return with_environment(*parts_, target, [&](auto& runtime, const auto& key) {
    return controller::attach_service(runtime, key, request, call_of(options));
  });
}

Result<RolloutOutcome> Platform::detach_service(const Target& target, const ServiceRequest& request, const CallOptions& options) {
  return with_environment(*parts_, target, [&](auto& runtime, const auto& key) {
    return controller::detach_service(runtime, key, request, call_of(options));
  });
}

Result<ServiceView> Platform::publish_service(const Target& target, const ServicePublishRequest& request, const CallOptions& options) {
  return with_environment(*parts_, target, [&](auto& runtime, const auto& key) -> Result<ServiceView> {
    DIVIO_CHECK(controller::publish_service(runtime, key, request, call_of(options)));
    return controller::service(runtime, key, request.prefix);
  });
}

Result<ServiceView> Platform::unpublish_service(const Target& target, const ServiceRequest& request, const CallOptions& options) {
  return with_environment(*parts_, target, [&](auto& runtime, const auto& key) -> Result<ServiceView> {
    DIVIO_CHECK(controller::unpublish_service(runtime, key, request.prefix, call_of(options)));
    return controller::service(runtime, key, request.prefix);
  });
}

Result<RolloutOutcome> Platform::rotate_service(const Target& target, const ServiceRotateRequest& request, const CallOptions& options) {
  auto read = request;
  if (!request.s3_authority.empty()) {
    DIVIO_ASSIGN(read.s3_authority, system::read_certificates(request.s3_authority));
  }
  return with_environment(*parts_, target, [&](auto& runtime, const auto& key) {
    return controller::rotate_service(runtime, key, read, call_of(options));
  });
}

Result<RolloutOutcome> Platform::remove_service(const Target& target, const ServiceRemoveRequest& request, const CallOptions& options) {
  return with_environment(*parts_, target, [&](auto& runtime, const auto& key) {
    controller::LastBackup last;
    if (!request.no_backup) last = [&](const model::ServiceInstance& instance) { return take_last_backup(*parts_, runtime, instance, options); };
    return controller::remove_service(runtime, key, {request.prefix}, call_of(options), last);
  });
}

Result<ServiceCredentials> Platform::service_credentials(const Target& target, const std::string& prefix) {
  return with_environment(*parts_, target, [&](auto& runtime, const auto& key) {
    return controller::service_credentials(runtime, key, prefix);
  });
}

Result<int> Platform::service_shell(const Target& target, const std::string& prefix, const Console& console,
                                    const CallOptions& options) {
  return with_environment(*parts_, target, [&](auto& runtime, const auto& key) {
    return controller::service_shell(runtime, key, prefix, console, options.stop);
  });
}

Result<void> Platform::service_logs(const Target& target, const ServiceLogsRequest& request, std::stop_token stop,
                                    const std::function<void(const std::string&, const std::string&)>& line) {
  return with_environment(*parts_, target, [&](auto& runtime, const auto& key) {
    return controller::service_logs(runtime, key, request, stop, line);
  });
}

std::vector<std::string> Platform::service_prefixes(const Target& target) {
  std::vector<std::string> prefixes;
  const auto key = find_key(target);
  if (!key) return prefixes;
  if (const auto known = parts_->store->services().services(*key))
    for (const auto& instance : *known) prefixes.push_back(instance.prefix.str());
  return prefixes;
}

// Volumes that only older releases had are known to their engine, which is not asked here.
std::vector<std::string> Platform::backup_contents(const Target& target) {
  auto contents = service_prefixes(target);
  const auto key = find_key(target);
  if (!key) return contents;
  const auto environment = parts_->store->projects().environment(*key);
  if (!environment || !*environment) return contents;
  const auto release = parts_->store->releases().release(*key, (*environment)->release);
  const auto known = parts_->store->services().services(*key);
  if (!release || !*release || !known) return contents;
  for (const auto& mount : (*release)->config.volumes)
    if (std::ranges::none_of(*known, [&](const auto& one) { return model::volume_of(one.prefix) == mount.volume; }))
      contents.push_back(model::volume_entry(mount.volume));
  return contents;
}

}  // namespace divio
