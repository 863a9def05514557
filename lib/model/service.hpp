// Services of an environment: databases, caches and media storage, as they are wanted and as they are.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "divio/result.hpp"
#include "divio/secret.hpp"
#include "model/names.hpp"
#include "model/process.hpp"
#include "model/region.hpp"

namespace divio::model {

enum class ServiceType { postgres, mariadb, redis, media };

enum class Scope {
  shared,     // a database of its own on the region's server
  dedicated,  // a server of its own
};

enum class ServiceState {
  added,        // wanted; the next deployment makes it
  provisioned,  // made, but the release that serves does not have it
  attached,     // given to the environment's containers as variables
  detached,     // no longer given to them; its data is kept
};

[[nodiscard]] std::string_view to_string(ServiceType type) noexcept;
[[nodiscard]] std::string_view to_string(Scope scope) noexcept;
[[nodiscard]] std::string_view to_string(ServiceState state) noexcept;

// invalid for a text that names none, with the ones there are, or the one that was probably meant, as the hint.
[[nodiscard]] Result<ServiceType> service_type(std::string_view name);
[[nodiscard]] Result<Scope> service_scope(std::string_view name);

// nullopt for a text that is none: states are only ever read back from where divioctl wrote them.
[[nodiscard]] std::optional<ServiceState> service_state(std::string_view name) noexcept;

// Where media are kept.
enum class MediaStorage {
  volume,  // of the engine, mounted into the containers
  s3,      // a bucket, which the application talks to itself
};

[[nodiscard]] std::string_view to_string(MediaStorage storage) noexcept;
[[nodiscard]] Result<MediaStorage> media_storage(std::string_view name);  // invalid, as above

// A bucket of an S3 storage. The key pair that opens it is an instance's role and password.
struct Bucket {
  std::string endpoint;     // "https://s3.eu-central-1.amazonaws.com"
  std::string name;
  std::string region = {};  // as the storage calls it; empty: us-east-1, which most take
  bool host_style = false;  // NAME.ENDPOINT rather than ENDPOINT/NAME
  std::string domain = {};  // under which anybody may read the files; empty: nobody may
  std::string authority = {};  // certificate of who vouches for the endpoint's, PEM; empty: whom the machine trusts

  friend bool operator==(const Bucket&, const Bucket&) = default;
};

// "https://s3.example.com/uploads", for people.
[[nodiscard]] std::string address_of(const Bucket& bucket);

// "uploads at https://s3.example.com", where two buckets are told apart.
[[nodiscard]] std::string name_of(const Bucket& bucket);

// A bucket with a key pair that opens it.
struct BucketLogin {
  Bucket bucket;
  std::string access_key;
  Secret secret_key;

  friend bool operator==(const BucketLogin&, const BucketLogin&) = default;
};

// What tells the services of one environment apart: "default" in divio.yaml, "DEFAULT" in names of variables. No two
// prefixes give the same variables.
class ServicePrefix {
 public:
  // 1 to 32 of a-z, 0-9 and '_', beginning with a letter, else invalid.
  [[nodiscard]] static Result<ServicePrefix> parse(std::string_view text);
  [[nodiscard]] const std::string& str() const noexcept { return text_; }
  [[nodiscard]] std::string upper() const;

  friend auto operator<=>(const ServicePrefix&, const ServicePrefix&) = default;

 private:
  explicit ServicePrefix(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// A service as the project wants it.
struct ServiceSpec {
  ServicePrefix prefix;
  ServiceType type;
  std::string version = {};         // "15"; empty for media
  Scope scope = Scope::dedicated;
  std::string mount = {};           // media only: where containers find it
  Resources limits = {};            // of a server of its own
  std::optional<MediaStorage> storage = {};  // media only; absent: as the environment has it, else a volume

  friend bool operator==(const ServiceSpec&, const ServiceSpec&) = default;
};

// What somebody says of a service; the rest is its type's default (services/wishes.hpp).
struct ServiceWish {
  ServicePrefix prefix;
  ServiceType type;
  std::string version = {};
  std::optional<Scope> scope = {};
  std::string mount = {};
  Resources limits = {};
  std::optional<MediaStorage> storage = {};
};

// What cannot be seen field by field: media in a volume has a mount and no version, the others the reverse; media in S3 neither.
[[nodiscard]] Result<void> check_service(const ServiceSpec& spec);

// A service as it is. Fields that its type has no use for are empty.
struct ServiceInstance {
  EnvironmentKey environment;
  ServicePrefix prefix;
  ServiceType type;
  std::string version = {};
  Scope scope = Scope::dedicated;
  ServiceState state = ServiceState::added;
  std::string server = {};    // name of the server's container
  std::string database = {};
  std::string role = {};      // who logs in
  Secret password = {};
  std::string mount = {};
  Resources limits = {};      // of a server of its own
  bool declared = false;      // by divio.yaml, when it was last deployed
  // A change of credentials that is under way: what is going to be the login, and what was it and still is good.
  std::string next_role = {};
  Secret next_password = {};
  std::string old_role = {};
  Secret old_password = {};
  std::optional<Bucket> bucket = {};  // of media in S3; role and password are the key pair
  std::string host = {};              // by which containers find its server; empty: host_name() of its prefix

  friend bool operator==(const ServiceInstance&, const ServiceInstance&) = default;
};

// Media that need a volume of the engine.
[[nodiscard]] inline bool is_in_volume(const ServiceInstance& one) { return one.type == ServiceType::media && !one.bucket; }

// "PostgreSQL", as its makers write it.
[[nodiscard]] std::string_view product_name(ServiceType type) noexcept;

// An instance of what is wanted in the region, not made yet.
[[nodiscard]] ServiceInstance new_instance(const RegionName& region, const EnvironmentKey& environment, const ServiceSpec& spec);

// The container in which an instance's server runs, and that server's volume: one of its own, or the one that a region
// has for the type and version. Empty for media.
[[nodiscard]] std::string server_name(const RegionName& region, const EnvironmentKey& environment, const ServiceSpec& spec);

// Of the server that takes the place of one of that name, of the same service.
[[nodiscard]] std::string second_server_name(const std::string& name);

// By which name the environment's containers reach a service, wherever its server is: "default-service".
[[nodiscard]] std::string host_name(const ServicePrefix& prefix);
[[nodiscard]] std::string host_of(const ServiceInstance& instance);

// The place of one service: on which server it is, of what version, and by which name it is reached; or in which bucket, which media
// without are not: they are in a volume. All of it is what changes when it moves within its region.
struct ServicePlace {
  std::string server = {};
  std::string version = {};
  Scope scope = Scope::dedicated;
  std::string host = {};  // as ServiceInstance::host
  std::optional<BucketLogin> login = {};  // of media in S3

  friend bool operator==(const ServicePlace&, const ServicePlace&) = default;
};
[[nodiscard]] ServicePlace place_of(const ServiceInstance& instance);
[[nodiscard]] ServiceInstance placed(ServiceInstance instance, const ServicePlace& place);

// Where it would be with another version or scope, beside where it is: server and host have other names.
[[nodiscard]] ServicePlace place_beside(const RegionName& region, const ServiceInstance& instance, const std::string& version, Scope scope);

// The volume of media, within its environment.
[[nodiscard]] std::string volume_of(const ServicePrefix& prefix);

}  // namespace divio::model
