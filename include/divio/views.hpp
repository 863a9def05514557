// What divioctl answers: plain values, whose JSON form (lib/wire/views_json.cpp, docs/json.md) stays stable.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "divio/events.hpp"

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

struct StatusView {
  std::string project;
  std::string environment;
  std::string region;
  std::string url;
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
};

struct ReleaseView {
  int number = 0;
  std::string state;  // pending, active, superseded, failed
  std::string image;
  std::string commit;
  std::string branch;
  std::string subject;
  std::string created_at;
  std::string created_by;
  std::string reason;
  bool image_kept = false;  // whether a rollback to it needs no build
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
  std::string outcome;    // "deployed", "changed", "unchanged", "planned"
  std::string url;
  PlanMade plan;          // what was done, or would be
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

}  // namespace divio
