// The catalogue as it is for one region of a migration: the environment is in that region there, with its services on the
// servers of that region, and with as many instances as it may have there now. Everything else is what it is.
#pragma once

#include <map>
#include <string>

#include "ports/store.hpp"

namespace divio::migration::environment {

struct Placement {
  model::EnvironmentKey key;
  model::RegionName region;
  std::map<std::string, std::string> servers = {};    // by prefix
  std::map<std::string, model::ServicePlace> places = {};  // of those that are not alike in both, by prefix
  std::optional<int> generation = {};                 // of its instances there; absent: as it is
  std::map<model::ProcessName, int> scale = {};       // above what is wanted of the environment
};

// Keeps a reference. A change of the environment itself is a bug: who decides where it is writes to the catalogue.
class PlacedStore final : public ports::Store {
 public:
  PlacedStore(ports::Store& base, Placement placement);

  // From the next question on.
  void set_scale(std::map<model::ProcessName, int> scale) { projects_.placement.scale = std::move(scale); }
  // Whether the services are still to be made on those servers.
  void set_unmade(bool unmade) { services_.unmade = unmade; }

  const std::string& catalogue_id() const override { return base_.catalogue_id(); }
  ports::Projects& projects() override { return projects_; }
  ports::Releases& releases() override { return base_.releases(); }
  ports::VariableStore& variables() override { return base_.variables(); }
  ports::Journal& journal() override { return base_.journal(); }
  ports::Leases& leases() override { return base_.leases(); }
  ports::Regions& regions() override { return base_.regions(); }
  ports::Services& services() override { return services_; }
  ports::Settings& settings() override { return base_.settings(); }
  ports::Records& records() override { return base_.records(); }

 private:
  struct PlacedProjects final : ports::Projects {
    PlacedProjects(ports::Projects& of, Placement where) : base(of), placement(std::move(where)) {}
    Result<std::vector<model::Project>> projects() override { return base.projects(); }
    Result<std::optional<model::Project>> project(const model::ProjectName& name) override { return base.project(name); }
    Result<void> put_project(const model::Project& project) override { return base.put_project(project); }
    Result<void> remove_project(const model::ProjectName& name) override { return base.remove_project(name); }
    Result<std::vector<model::Environment>> environments(const model::ProjectName& project) override;
    Result<std::optional<model::Environment>> environment(const model::EnvironmentKey& key) override;
    Result<void> put_environment(const model::Environment& environment) override;
    Result<void> remove_environment(const model::EnvironmentKey& key) override { return base.remove_environment(key); }
    Result<void> remove_deployments(const model::EnvironmentKey& key) override { return base.remove_deployments(key); }
    void place(model::Environment& environment) const;
    ports::Projects& base;
    Placement placement;
  };
  struct PlacedServices final : ports::Services {
    PlacedServices(ports::Services& of, Placement where) : base(of), placement(std::move(where)) {}
    Result<std::vector<model::ServiceInstance>> services(const model::EnvironmentKey& key) override;
    Result<std::vector<model::ServiceInstance>> services_with_bucket() override { return base.services_with_bucket(); }
    Result<void> put_service(const model::ServiceInstance& instance) override;
    Result<void> remove_service(const model::EnvironmentKey& key, const model::ServicePrefix& prefix) override {
      return base.remove_service(key, prefix);
    }
    Result<Secret> server_password(const model::RegionName& region, const std::string& server) override {
      return base.server_password(region, server);
    }
    Result<Secret> known_server_password(const model::RegionName& region, const std::string& server) override {
      return base.known_server_password(region, server);
    }
    Result<void> forget_server(const model::RegionName& region, const std::string& server) override {
      return base.forget_server(region, server);
    }
    ports::Services& base;
    Placement placement;
    bool unmade = false;
  };

  ports::Store& base_;
  PlacedProjects projects_;
  PlacedServices services_;
};

}  // namespace divio::migration::environment
