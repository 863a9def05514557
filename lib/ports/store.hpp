// What divioctl remembers: the catalogue of what exists, the journal of what is being done, leases. Every write is
// durable when it returns. Safe from several threads and several processes at once.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "divio/result.hpp"
#include "model/environment.hpp"
#include "model/operation.hpp"
#include "model/record.hpp"
#include "model/release.hpp"
#include "model/service.hpp"
#include "model/variables.hpp"

namespace divio::ports {

class Projects {
 public:
  virtual ~Projects() = default;
  [[nodiscard]] virtual Result<std::vector<model::Project>> projects() = 0;  // by name
  [[nodiscard]] virtual Result<std::optional<model::Project>> project(const model::ProjectName& name) = 0;
  [[nodiscard]] virtual Result<void> put_project(const model::Project& project) = 0;
  // With everything of it: environments, releases, variables. Its operations stay, as history.
  [[nodiscard]] virtual Result<void> remove_project(const model::ProjectName& name) = 0;

  [[nodiscard]] virtual Result<std::vector<model::Environment>> environments(const model::ProjectName& project) = 0;
  [[nodiscard]] virtual Result<std::optional<model::Environment>> environment(const model::EnvironmentKey& key) = 0;
  [[nodiscard]] virtual Result<void> put_environment(const model::Environment& environment) = 0;
  [[nodiscard]] virtual Result<void> remove_environment(const model::EnvironmentKey& key) = 0;
  // The same, but its variables and its secret key stay, as those of one that was never deployed.
  [[nodiscard]] virtual Result<void> remove_deployments(const model::EnvironmentKey& key) = 0;
};

class Releases {
 public:
  virtual ~Releases() = default;
  // Stores a release under the next number of its environment (release.number is ignored) and returns that number.
  [[nodiscard]] virtual Result<int> add_release(const model::Release& release) = 0;
  [[nodiscard]] virtual Result<std::vector<model::Release>> releases(const model::EnvironmentKey& key) = 0;  // newest first
  [[nodiscard]] virtual Result<std::optional<model::Release>> release(const model::EnvironmentKey& key, int number) = 0;
  [[nodiscard]] virtual Result<void> set_release_state(const model::EnvironmentKey& key, int number,
                                                       model::ReleaseState state, const std::string& reason) = 0;
  // In one transaction: `number` becomes active, the one that was active superseded, and the environment's wanted
  // release `number`. The commit point of a deployment.
  [[nodiscard]] virtual Result<void> activate_release(const model::EnvironmentKey& key, int number) = 0;
};

class VariableStore {
 public:
  virtual ~VariableStore() = default;
  [[nodiscard]] virtual Result<model::Variables> variables(const model::EnvironmentKey& key) = 0;
  [[nodiscard]] virtual Result<void> set_variable(const model::EnvironmentKey& key, const std::string& name,
                                                  const model::Variable& variable) = 0;
  // not_found if it was not there.
  [[nodiscard]] virtual Result<void> unset_variable(const model::EnvironmentKey& key, const std::string& name) = 0;
  // The environment's SECRET_KEY, made at the first call and kept.
  [[nodiscard]] virtual Result<Secret> secret_key(const model::EnvironmentKey& key) = 0;
};

class Journal {
 public:
  virtual ~Journal() = default;
  [[nodiscard]] virtual Result<void> begin(const model::Operation& operation) = 0;
  [[nodiscard]] virtual Result<void> append(const std::string& operation, const model::JournalRecord& record) = 0;
  [[nodiscard]] virtual Result<void> end(const std::string& operation, model::Outcome outcome,
                                         const std::string& summary, model::TimePoint at) = 0;
  // A running operation gets a new holder who goes on with it.
  [[nodiscard]] virtual Result<void> take_over(const std::string& operation, const model::Holder& holder) = 0;
  [[nodiscard]] virtual Result<std::optional<model::Operation>> operation(const std::string& id) = 0;
  // Newest first; all environments when `key` is absent.
  [[nodiscard]] virtual Result<std::vector<model::Operation>> operations(const std::optional<model::EnvironmentKey>& key,
                                                                         int limit) = 0;
  [[nodiscard]] virtual Result<std::vector<model::JournalRecord>> records(const std::string& operation) = 0;
};

struct Lease {
  std::string subject;  // "environment shop/live", "ingress local", "build local 1"
  model::Holder holder;
  std::string reason;   // "deploy, operation 01ABC"
  model::TimePoint expires_at{};
};

class Leases {
 public:
  virtual ~Leases() = default;
  // Takes the lease, or renews it if `lease.holder` has it already for the same reason. Held by somebody else, or for
  // another reason, and not expired at `now`: conflict, with the present holder in the message. A holder on this machine
  // whose process is gone holds nothing.
  [[nodiscard]] virtual Result<void> acquire(const Lease& lease, model::TimePoint now) = 0;
  [[nodiscard]] virtual Result<void> release(const std::string& subject, const model::Holder& holder) = 0;
  [[nodiscard]] virtual Result<std::vector<Lease>> leases() = 0;
};

class Regions {
 public:
  virtual ~Regions() = default;
  // By name; `local` is among them whether it was put or not.
  [[nodiscard]] virtual Result<std::vector<model::Region>> regions() = 0;
  [[nodiscard]] virtual Result<std::optional<model::Region>> region(const model::RegionName& name) = 0;
  // All of them or none. One that is preferred takes that from the one that was.
  [[nodiscard]] virtual Result<void> put_regions(const std::vector<model::Region>& regions) = 0;
  [[nodiscard]] Result<void> put_region(const model::Region& region) { return put_regions({region}); }
  // Removing what is gone succeeds, and `local` is as before its first use. One in which an environment lives is a conflict.
  [[nodiscard]] virtual Result<void> remove_region(const model::RegionName& name) = 0;
};

// Service instances of environments, which may be there before the first deployment, and what is known of servers. Whether
// an instance is attached is not kept here but told by the release that serves; its state says what the next one is to have.
class Services {
 public:
  virtual ~Services() = default;
  [[nodiscard]] virtual Result<std::vector<model::ServiceInstance>> services(const model::EnvironmentKey& key) = 0;  // by prefix
  // Those of all environments that have a bucket.
  [[nodiscard]] virtual Result<std::vector<model::ServiceInstance>> services_with_bucket() = 0;
  // Adds it or puts it in the place of the one with its prefix.
  [[nodiscard]] virtual Result<void> put_service(const model::ServiceInstance& instance) = 0;
  // Removing what is gone succeeds.
  [[nodiscard]] virtual Result<void> remove_service(const model::EnvironmentKey& key, const model::ServicePrefix& prefix) = 0;

  // The password of a server's administrator, made at the first call and kept until the server is forgotten.
  [[nodiscard]] virtual Result<Secret> server_password(const model::RegionName& region, const std::string& server) = 0;
  // The same where it was made; empty where it was not.
  [[nodiscard]] virtual Result<Secret> known_server_password(const model::RegionName& region, const std::string& server) = 0;
  [[nodiscard]] virtual Result<void> forget_server(const model::RegionName& region, const std::string& server) = 0;
};

// Named texts that the catalogue keeps sealed: the backup key, where backups go, when they are made.
class Settings {
 public:
  virtual ~Settings() = default;
  [[nodiscard]] virtual Result<std::optional<Secret>> setting(const std::string& name) = 0;
  // Those whose name begins with `prefix`, by name.
  [[nodiscard]] virtual Result<std::vector<std::string>> setting_names(const std::string& prefix) = 0;
  [[nodiscard]] virtual Result<void> put_setting(const std::string& name, const Secret& value) = 0;
  // Puts it unless there is one; gives the one that is there then.
  [[nodiscard]] virtual Result<Secret> first_setting(const std::string& name, const Secret& value) = 0;
  // Removing what is gone succeeds.
  [[nodiscard]] virtual Result<void> remove_setting(const std::string& name) = 0;
};

// What a catalogue gives away to be kept elsewhere, and takes back.
class Records {
 public:
  virtual ~Records() = default;
  // Puts an environment with everything of it as the record says, all or nothing. One that is there is a conflict; its
  // project may be, and stays as it is, and so does the password of a server that is known.
  [[nodiscard]] virtual Result<void> restore(const model::EnvironmentRecord& record) = 0;
  // Sealed with the catalogue's key, as text (base64).
  [[nodiscard]] virtual std::string seal(const Secret& text) = 0;
  // Opens what was sealed with the key in that file; with the catalogue's own for an empty path. `failed` for another key.
  [[nodiscard]] virtual Result<Secret> open(const std::string& sealed, const std::string& key_file) = 0;
  // The same for the same text, and says nothing of it to anybody without the key.
  [[nodiscard]] virtual std::string digest(const Secret& text) = 0;
};

// Owns its parts; references stay valid as long as it lives.
class Store {
 public:
  virtual ~Store() = default;
  // Made once per catalogue; the value of the label that marks everything it makes.
  [[nodiscard]] virtual const std::string& catalogue_id() const = 0;
  [[nodiscard]] virtual Projects& projects() = 0;
  [[nodiscard]] virtual Releases& releases() = 0;
  [[nodiscard]] virtual VariableStore& variables() = 0;
  [[nodiscard]] virtual Journal& journal() = 0;
  [[nodiscard]] virtual Leases& leases() = 0;
  [[nodiscard]] virtual Regions& regions() = 0;
  [[nodiscard]] virtual Services& services() = 0;
  [[nodiscard]] virtual Settings& settings() = 0;
  [[nodiscard]] virtual Records& records() = 0;
};

}  // namespace divio::ports
