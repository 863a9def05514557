// The fake Platform's regions: `local`, `eu` and, which does not answer, `us`.
#include "cli/fake_calls.hpp"
#include "divio/platform.hpp"
#include "support/try.hpp"
#include "wire/request_fields.hpp"
#include "wire/request_json.hpp"

namespace divio {

using namespace fake;

namespace {

RegionView region_of(const std::string& name, const std::string& endpoint) {
  RegionView view;
  view.name = name;
  view.endpoint = endpoint;
  view.physical = name;
  view.domain = "localhost";
  view.address = "localhost";
  view.ingress_port = 80;
  view.state = "up";
  view.engine = "docker 20.10.24";
  view.cores = 8;
  view.memory_bytes = 16ULL << 30;
  view.environments = {"blog/live"};
  view.others = {{"wiki/live", "fedcba9876543210"}};
  view.servers = {"divio-" + name + "-postgres-15"};
  return view;
}

RegionView eu() {
  auto view = region_of("eu", "ssh://deploy@eu.example.com");
  view.location = "Frankfurt, DE";
  view.provider = "own";
  view.physical = "fra1";
  view.organisation = "acme";
  view.domain = "eu.example.com";
  view.address = "eu.example.com";
  view.labels = {{"tier", "gold"}};
  view.is_default = true;
  view.instances = 3;
  view.environments = {"shop/live", "shop/test"};
  view.reserved_memory_bytes = 3ULL << 29;
  view.reserved_cpu_millis = 750;
  view.unlimited = 1;
  return view;
}

RegionView us() {
  auto view = region_of("us", "tcp://us.example.com:2376");
  view.state = "unreachable";
  view.others = {{"blog/test", "fedcba9876543210"}};
  view.problem = "no Docker engine answers at tcp://us.example.com:2376: Connection refused";
  view.engine.clear();
  view.cores = 0;
  view.memory_bytes = 0;
  return view;
}

Result<RegionView> changed_eu(const std::string& call, const std::string& request) {
  record(call, {}, request);
  if (auto good = ready(call); !good) return Failure(good.error());
  return eu();
}

}  // namespace

Result<std::vector<RegionView>> Platform::regions() {
  return std::vector{eu(), region_of("local", "unix:///var/run/docker.sock"), us()};
}

Result<RegionView> Platform::region(const std::string& name) {
  if (name == "eu") return eu();
  if (name == "us") return us();
  return fail(ErrorCode::not_found, "there is no region '" + name + "'", "there are eu, local, us");
}

Result<RegionView> Platform::add_region(const RegionRequest& request) { return changed_eu("add", wire::to_json(request)); }
Result<RegionView> Platform::set_region(const RegionRequest& request) { return changed_eu("set", wire::to_json(request)); }
Result<RegionView> Platform::drain_region(const RegionDrainRequest& request) { return changed_eu("drain", wire::to_json(request)); }

Result<RegionRemovalView> Platform::remove_region(const RegionRemoveRequest& request) {
  DIVIO_CHECK(changed_eu("remove", wire::to_json(request)));
  return RegionRemovalView{request.name, {"ingress", "image divio/shop:abc"}};
}

Result<RegionCheckView> Platform::check_region(const std::string& name, std::stop_token) {
  RegionCheckView view;
  view.name = name;
  view.endpoint = "ssh://deploy@eu.example.com";
  if (name == "us") {
    view.error = {ErrorCode::unreachable, us().problem, "start it"};
    view.findings = {{Finding::Level::bad, "engine", view.error.message, view.error.hint}};
    return view;
  }
  view.usable = true;
  view.engine = "docker";
  view.version = "20.10.24";
  view.api_version = "1.41";
  view.architecture = "amd64";
  view.operating_system = "Debian GNU/Linux 12 (bookworm)";
  view.cores = 8;
  view.memory_bytes = 16ULL << 30;
  view.disk_bytes = 100ULL << 30;
  view.disk_free_bytes = 4ULL << 30;
  view.clock_ahead_seconds = -3.5;
  view.round_trip_seconds = 0.0123;
  view.builds = "BuildKit";
  view.ingress = "runs on port 80";
  view.services = {{"postgres", "15", "example.com/postgis:15-3.4", true}, {"postgres", "16", "postgres:16", false}, {"redis", "7", "redis:7", true}};
  view.findings = {{Finding::Level::warning, "disk", "4 GiB are left", "make room"}};
  return view;
}

Result<RegionPlanView> Platform::apply_regions(const RegionApplyRequest& request, bool dry_run) {
  record("apply", {}, wire::to_json(request) + (dry_run ? " dry" : ""));
  if (auto good = ready("apply"); !good) return Failure(good.error());
  return RegionPlanView{dry_run ? "planned" : "changed",
                        {{"eu", "change", {{"ingress-port", "80", "8088"}, {"location", "", "Frankfurt, DE"}}},
                         {"ch", "add", {{"endpoint", "", "tcp://ch.example.com:2376"}}}}};
}

Result<RegionImportView> Platform::import_region(const RegionImportRequest& request, const CallOptions& options) {
  record("import", {}, wire::to_json(request) + (options.dry_run ? " dry" : ""));
  if (auto good = ready("import"); !good) return Failure(good.error());
  return RegionImportView{request.name, "ssh://deploy@eu.example.com", "0123456789abcdef", "anna@laptop", options.dry_run ? "planned" : "imported",
                          {{"shop/live", "import", 4, 4, 2, {"SECRET_KEY"}}, {"shop/test", "import", 1, 1, 0, {"variable API_KEY"}}}};
}

std::vector<std::string> Platform::region_names() { return {"eu", "local", "us"}; }

}  // namespace divio
