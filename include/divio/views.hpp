// What divioctl answers: plain values, whose JSON form (lib/wire/views_json.cpp, docs/json.md) stays stable.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "divio/backups.hpp"
#include "divio/events.hpp"
#include "divio/secret.hpp"

namespace divio {

// Times are RFC 3339 in UTC.

struct ProcessStatus {
  int wanted = 0;
  int running = 0;
  int healthy = 0;
};

struct InstanceView {
  std::string name;
  std::string process;
  int release = 0;
  std::string state;   // created, running, restarting, paused, exited, removing, dead
  std::string health;  // passing, failing, unknown; for a process without a port: passing while it runs
  std::string started_at;
  int restarts = 0;
  std::string note;    // why it is not well, if it is not
};

struct ServiceView {
  std::string prefix;
  std::string type;      // postgres, mariadb, redis, media
  std::string version;
  std::string scope;     // shared, dedicated; empty for media
  std::string state;     // added, provisioned, attached, detached
  std::string health;    // serving, starting, stopped, absent; empty where nothing is to be seen of it
  std::string server;    // container
  std::string host;      // by which the environment's containers reach it
  std::string database;
  std::string mount;     // of media in a volume
  std::string bucket;    // of media in S3: "https://s3.example.com/uploads"
  std::vector<std::string> variables;  // names of those that it gives
  std::string note;      // what is to be done about it
  bool s3_authority = false;  // whether the endpoint's certificate is checked by an authority that was given for it
  std::string published = {};  // where on the engine's host it is reached: "127.0.0.1:5432"; empty: nowhere
};

// A secret: the values of a service's variables.
struct ServiceCredentials {
  std::string prefix;
  std::map<std::string, Secret> variables;
};

// A dump that was written.
struct DumpView {
  std::string project;
  std::string environment;
  std::string service;  // prefix
  std::string type;
  std::string version;
  std::string file;     // path; "-" for standard output
  std::uint64_t bytes = 0;
  std::string sha256;   // lower-case hexadecimal
};

// Where DNS leads one of an environment's domains.
struct DomainView {
  std::string name;
  std::string should;  // IPv4 address of the region that serves
  std::string does;    // what this machine's resolver says; empty: nothing, or not in time
  bool right = false;
};

struct StatusView {
  std::string project;
  std::string environment;
  std::string region;
  std::string url;
  std::string address;  // of the region, where no DNS leads to url: to be asked with url's host name; else empty
  std::vector<std::string> domains;
  int release = 0;  // 0: nothing is deployed
  std::string commit;
  std::string branch;
  std::string image;
  std::string state;  // "serving", "degraded", "down", "stopped", "not deployed"
  std::map<std::string, ProcessStatus> processes;
  std::vector<InstanceView> instances;
  std::string operation;  // id of one under way or interrupted; else empty
  std::vector<std::string> problems;
  std::vector<ServiceView> services;
  BackupStatusView backups = {};
  std::vector<DomainView> dns = {};  // of an environment that was moved to another region
};

struct ReleaseView {
  int number = 0;
  std::string state;  // pending, active, superseded, failed
  std::string image;
  std::string digest;  // "registry.example.com/team/shop@sha256:...": where a registry has the image; empty: in none
  std::string commit;
  std::string branch;
  std::string subject;
  std::string created_at;
  std::string created_by;
  std::string reason;
  bool image_kept = false;  // whether the region has its image
};

struct BuildOutcome {
  std::string operation;
  std::string image;
  std::string image_id;
  std::string commit;
  bool reused = false;
};

// How a deployment, scaling, rollback, restart, stop, start or reconciliation ended.
struct RolloutOutcome {
  std::string operation;  // empty for a dry run
  int release = 0;
  std::string image;
  std::string commit;
  bool reused = false;    // the image was there already
  std::string outcome;    // "deployed", "changed", "unchanged", "destroyed", "forgotten", "planned"
  std::string url;
  PlanMade plan;          // what was done, or would be
  std::string region = {};
  std::string address = {};  // as in StatusView
};

struct VariableView {
  std::string name;
  std::string value;  // Secret::redacted for a secret one
  bool secret = false;
};

struct OperationView {
  std::string id;
  std::string kind;
  std::string project;
  std::string environment;
  std::string began_at;
  std::string ended_at;  // empty while it runs
  std::string outcome;   // running, interrupted, succeeded, failed, cancelled, superseded
  std::string summary;
  std::string person;
};

struct OperationRecordView {
  std::string at;
  std::string event;
  std::string subject;
  std::string detail;
};

struct OperationDetails {
  OperationView operation;
  std::vector<OperationRecordView> records;
};

struct ProjectView {
  std::string name;
  std::string application;
  std::string directory;
  struct EnvironmentLine {
    std::string name;
    std::string region;
    std::string url;
    int release = 0;
    bool stopped = false;
  };
  std::vector<EnvironmentLine> environments;
};

// One thing `doctor` looked at.
struct Finding {
  enum class Level { good, warning, bad } level = Level::good;
  std::string subject;
  std::string text;
  std::string hint;
};

// What another catalogue has on a region's engine.
struct OtherEnvironment {
  std::string environment;  // "shop/live"
  std::string catalogue;    // its id
};

struct RegionView {
  std::string name;
  std::string endpoint;
  std::string certificates;
  std::string location;
  std::string provider;
  std::string physical;      // name of the physical region
  std::string organisation;  // that it is dedicated to; empty: public
  std::string service_images;  // where images of services are fetched; empty: as they are named
  std::string registry;      // by which images that others build reach it; empty: straight from engine to engine
  std::string plans;         // "business,starter": projects with these plans go there
  std::string builder;       // name of the region that builds for it; empty: itself
  std::string domain;
  std::string address;       // where visitors reach its ingress
  int ingress_port = 0;
  int relay_port = 0;        // for what moves from or to another region; 0: one that is free then
  std::map<std::string, std::string> labels;
  bool is_default = false;
  bool draining = false;
  // What its engine says now:
  std::string state;         // "up", "unreachable", "unusable"; empty: it was not asked
  std::string problem;       // why it is not up
  std::string engine;        // "docker 20.10.24"
  int cores = 0;
  std::uint64_t memory_bytes = 0;
  int instances = 0;         // this catalogue's containers there
  std::vector<OtherEnvironment> others;     // by name
  // What lives there:
  std::vector<std::string> environments;    // "shop/live"
  std::vector<std::string> servers;         // of their services, by name
  std::uint64_t reserved_memory_bytes = 0;  // sum of the limits of their instances and of their own servers
  int reserved_cpu_millis = 0;
  int unlimited = 0;         // instances and servers without a memory limit, which reserve nothing and may take everything
};

// A version of a service that a region can run.
struct ServiceOffer {
  std::string type;      // "postgres", "mariadb", "redis"
  std::string version;
  std::string image;     // that runs it there
  bool present = false;  // on the engine already; else it is fetched when it is needed
};

struct RegionCheckView {
  std::string name;
  std::string endpoint;
  bool usable = false;
  std::string engine;        // "docker", "podman"
  std::string version;
  std::string api_version;
  std::string architecture;
  std::string operating_system;
  int cores = 0;
  std::uint64_t memory_bytes = 0;
  std::uint64_t disk_bytes = 0;       // of the file system with its containers; 0: unknown
  std::uint64_t disk_free_bytes = 0;
  double clock_ahead_seconds = 0;     // of this computer's
  double round_trip_seconds = 0;
  std::string builds;                 // "BuildKit", "classic"
  std::string ingress;                // "none yet", "runs on port 80", ...
  std::vector<ServiceOffer> services; // every type and version that has an image
  std::vector<Finding> findings;
  Error error;                        // the reason why it is not usable
};

// What a region file changed, or would.
struct RegionPlanView {
  struct Change {
    std::string setting;
    std::string from;
    std::string to;
  };
  struct Line {
    std::string region;
    std::string action;  // "add", "change", "keep"
    std::vector<Change> changes;
  };
  std::string outcome;  // "planned", "changed", "unchanged"
  std::vector<Line> regions;
};

struct RegionRemovalView {
  std::string name;
  std::vector<std::string> removed;  // from its engine: the ingress, images that nothing uses any more
};

}  // namespace divio
