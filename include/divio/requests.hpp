// What can be asked of divioctl: one plain struct per operation. Names, help and defaults of the fields, as flags, JSON
// and documentation show them, are in one table (lib/wire/request_fields.cpp).
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "divio/secret.hpp"

namespace divio {

// Which environment is meant. With an empty `project` it is the one whose codebase is in `directory`.
struct Target {
  std::string directory = ".";
  std::string project;
  std::string environment = "test";
};

enum class BuildMode {
  automatic,  // use the image that was built from the same code and settings, else build
  adopt,      // use that image, refuse if there is none
  force,      // build anew
};

// Which state of the codebase. At most one of `reference` and `working_tree`; neither: the environment's branch.
struct CodeSelection {
  std::string reference;
  bool working_tree = false;
};

struct BuildRequest {
  CodeSelection code;
  BuildMode mode = BuildMode::automatic;
  std::string builder;  // the region whose engine builds; empty: what the region is set to, or itself
};

struct DeployRequest {
  CodeSelection code;
  BuildMode mode = BuildMode::automatic;
  std::string builder;  // the region whose engine builds; empty: what the region is set to, or itself
};

struct ScaleRequest {
  std::map<std::string, int> replicas;  // by process; -1: as many as divio.yaml says
};

struct RollbackRequest {
  std::optional<int> release;  // absent: the one that served before the present one
};

struct RestartRequest {};
struct StopRequest {};
struct StartRequest {};

struct DestroyRequest {
  bool whole_project = false;  // every environment, and the project itself
  bool keep_volumes = false;
  std::string without = {};  // the region where it is, which is gone for good: its engine is not asked, and what is there stays
};

struct ReconcileRequest {
  bool every_project = false;
};

struct LogsRequest {
  std::string process;  // name of a process or an instance; empty: all of them
  int tail = 100;       // lines of each instance; -1: all
  bool follow = false;
  bool timestamps = false;
  std::string since;    // RFC 3339, or an age such as "10m"; empty: from the beginning
  bool ingress = false; // the access log instead
};

struct ExecRequest {
  std::string instance;  // name of a process (its first running instance) or an instance; empty: web
  std::vector<std::string> command;
  std::string user;
};

struct RunRequest {
  std::vector<std::string> command;
  int release = 0;  // 0: the one that serves
};

struct VariableSetRequest {
  std::string name;
  Secret value;
  bool secret = false;
};

// A bucket of an S3 storage, for media, and the key pair that opens it.
struct BucketRequest {
  std::string endpoint;     // "https://s3.eu-central-1.amazonaws.com"
  std::string bucket;
  std::string region;       // empty: us-east-1, which most storages take
  bool host_style = false;  // BUCKET.ENDPOINT in place of ENDPOINT/BUCKET
  std::string domain;       // under which anybody may read the files
  std::string authority;    // PEM file of who vouches for the endpoint's certificate
  std::string access_key;
  Secret secret_key;
};

struct ServiceAddRequest {
  std::string prefix;
  std::string type;     // postgres, mariadb, redis, media
  std::string version;  // empty: the type's first
  std::string scope;    // shared or dedicated; empty: the type's
  std::string mount;    // of media
  std::string memory;   // of a server of its own: "1Gi"
  std::string cpu;      // "0.5"
  BucketRequest s3;     // of media in S3
};

// Attach and detach.
struct ServiceRequest {
  std::string prefix;
};

struct ServiceRotateRequest {
  std::string prefix;
  std::string access_key = {};  // of media in S3: the new key pair, which its storage gives
  Secret secret_key = {};
  std::string s3_authority = {};  // PEM file of who vouches for the endpoint from now on; empty: as it is
};

struct ServiceRemoveRequest {
  std::string prefix;
  bool no_backup = false;  // take no last backup of it
};

// Makes a database or cache reachable at a port of its engine's host.
struct ServicePublishRequest {
  std::string prefix;
  int port = 0;             // of the host; 0: the service's own
  std::string address = {};  // IPv4 of the host; empty: 127.0.0.1
};

struct ServiceLogsRequest {
  std::string prefix;
  int tail = 100;  // lines; -1: all
  bool follow = false;
  bool timestamps = false;
};

// Copies databases, caches and media from one environment to another of the project.
struct DataCopyRequest {
  std::string from;     // environment
  std::string to;       // environment; what its services hold is replaced
  std::string service;  // prefix; empty: all that both have
  bool replace = false;  // keep no backup of what is replaced
};

struct DataPullRequest {
  std::string file;     // path; "-": standard output; empty: PROJECT-ENVIRONMENT-PREFIX-TIME.dump
  std::string service;  // prefix; empty: the only one with data
  bool overwrite = false;
};

struct DataPushRequest {
  std::string file;     // path; "-": standard input
  std::string service;  // prefix; empty: the only one with data
  bool replace = false;  // keep no backup of what is replaced
};

struct InitRequest {
  std::string name;  // empty: the folder's
  std::optional<int> port;
  std::string health_path;
  bool overwrite = false;
};

// Adds or changes a region. What is absent stays as it is, or is the default of a new one; an empty text is the default.
struct RegionRequest {
  std::string name;
  std::optional<std::string> endpoint;      // unix://PATH, tcp://HOST[:PORT] or ssh://[USER@]HOST
  std::optional<std::string> certificates;  // folder of ca.pem, cert.pem and key.pem
  std::optional<int> ingress_port;
  std::optional<std::string> domain;        // environments are PROJECT.DOMAIN there
  std::optional<std::string> address;       // host name or IP address of its ingress
  std::optional<std::string> location;
  std::optional<std::string> provider;
  std::optional<std::string> physical;      // name of the physical region
  std::optional<std::string> dedicated;     // to this organisation
  std::optional<std::string> builder;       // name of the region that builds for it
  std::optional<std::string> service_images;  // where images of services are fetched: "registry.example.com/mirror,postgres:15=example.com/postgis:15"
  std::optional<std::string> registry;      // by which images that others build reach it
  std::optional<std::string> plans;         // "business,starter": where projects with these plans go
  std::optional<int> relay_port;            // of its host, for what moves from or to another region; 0: one that is free then
  bool open_to_all = false;                 // public: the opposite of dedicated
  std::vector<std::string> labels;          // "KEY=VALUE"; "KEY=" takes it away
  bool make_default = false;
  bool unchecked = false;                   // do not look whether its engine answers
};

struct RegionDrainRequest {
  std::string name;
  bool undo = false;
};

// `local` is emptied, and as it was before its first use.
struct RegionRemoveRequest {
  std::string name;
  bool servers = false;  // servers of services that environments shared, too, with all that is in them
  bool forget = false;   // do not ask its engine, which may be gone for good
};

struct RegionApplyRequest {
  std::string file;  // path of a region file
};

}  // namespace divio
