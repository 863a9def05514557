// Moving an environment with its data from one region to another while it serves: what can be asked, what is answered.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "divio/requests.hpp"

namespace divio {

// Environments that are moved as one; without anything said it is the target's alone.
struct MigrationGroup {
  std::string application;        // every project of this web application; empty: the target's project
  bool all_environments = false;  // all of these projects' environments; else the one that is called as the target's is

  [[nodiscard]] bool is_one() const { return application.empty() && !all_environments; }
};

struct MigratePlanRequest {
  std::string to;  // region
};

struct MigrateStartRequest {
  std::string to;                             // region
  std::string plan_hash;                      // of the plan that is meant; empty: whatever it is now
  std::chrono::milliseconds max_pause{2000};  // for which requests may wait; longer, and the cut-over is undone
  bool allow_pause = false;                   // consent to copying what cannot follow while requests wait
  bool hold_cutover = false;                  // stop when all is ready, until the command cutover
  std::string bandwidth;                      // a second, "50MB"; empty: as much as there is
  std::string window;                         // in which the cut-over has to be, "Mon 01:00-05:00 UTC"; empty: at any time
  bool now = false;                           // of one that goes on: cut over as soon as it is ready, whatever its window and however it was begun
};

struct MigrateRehearseRequest {
  std::string to;          // region
  std::string path = "/";  // what the application is asked for there
  std::string bandwidth;   // a second, "50MB"; empty: as much as there is
  bool keep = false;       // leave it ready for its cut-over
};

struct MigrateCutOverRequest {
  std::chrono::milliseconds max_pause{0};  // 0: as the migration was begun with
  std::string window;                      // empty: as before
  bool now = false;                        // whatever the window
  std::string without;                     // the region that serves, which is gone for good: the other one takes over; empty: both answer
};

struct MigrateReverseRequest {
  std::chrono::milliseconds max_pause{0};  // 0: as the migration was begun with
};

struct MigrateResumeRequest {
  bool now = false;  // whatever the window
};

struct MigrateAbortRequest {
  std::string without;  // the region that does not serve, which is gone for good: what it has is left as it is; empty: both answer
};

struct MigrateFinalizeRequest {
  std::string without;      // as above; nothing is compared then, and nothing forwarded
  bool unverified = false;  // do not compare what both regions hold first
  int keep_backup = 30;     // days for which a last backup is kept; 0: none is made
  int forward = 30;         // days for which the region that is left hands requests on; 0: it ends at once
};

// A database or cache from its server to another one of the same region, or media in S3 from their bucket to another one.
struct ServiceMoveRequest {
  std::string prefix;
  std::string to;    // shared, dedicated, s3
  BucketRequest s3;  // of the other bucket
};

struct ServiceUpgradeRequest {
  std::string prefix;
  std::string to;  // version, "16"
};

// How a service is handed over within its region; each as in MigrateStartRequest.
struct HandOverOptions {
  std::string plan_hash = {};
  std::chrono::milliseconds max_pause{2000};
  bool allow_pause = false;
  bool hold_cutover = false;
  std::string window = {};
};

struct MigrationObstacleView {
  bool stops = true;    // it has to be mended first; else people should know
  std::string what;     // a sentence
  std::string way_out;  // what can be done
};

struct MigrationServiceView {
  std::string prefix;
  std::string type;
  std::string version;
  std::string method;            // replication; passes: of files, what is new each time; copy: while requests wait
  std::string from;              // server on the source's side
  std::string to;                // server on the target's side
  std::uint64_t bytes = 0;
  std::uint64_t tables = 0;
  std::uint64_t files = 0;
  // While it moves:
  std::uint64_t copied = 0;      // tables
  std::uint64_t copied_bytes = 0;  // of `bytes`
  std::optional<std::uint64_t> bytes_per_second = {};  // how quickly it is copied; absent: not known
  std::optional<double> seconds_to_go = {};            // until it is copied, at that rate; absent: not known
  std::uint64_t lag_bytes = 0;   // written, and not known to have arrived
  bool following = false;        // every change arrives
  std::string trouble = {};      // why it does not come over, in its server's words; empty: it does
};

struct MigrationPlanView {
  std::string project;
  std::string environment;
  std::string from;
  std::string to;
  int release = 0;               // that moves: the one that serves
  std::string image;
  std::vector<MigrationServiceView> services;
  std::vector<MigrationObstacleView> obstacles;
  double predicted_pause_ms = 0;
  double predicted_copy_s = 0;   // roughly
  bool possible = false;         // nothing stops it
  std::string hash;              // of all that matters: for --plan-hash
  std::string next;              // what can be done now: a command
};

// The plans of those of a group that are not in the region yet.
struct MigrationGroupPlanView {
  std::vector<MigrationPlanView> plans;
  double predicted_pause_ms = 0;  // the longest
  double predicted_copy_s = 0;    // of all, one after the other
  bool possible = false;          // nothing stops any of them
  std::string hash;               // of them all: for --plan-hash
  std::string next;               // what can be done now: a command
};

struct MigrationRehearsedServiceView {
  std::string prefix;
  double arrives_ms = 0;  // what is written where it serves, until it is there: the median of some markers
};

// A move up to its cut-over, and that without handing over.
struct MigrationRehearsalView {
  std::string project;
  std::string environment;
  std::string from;
  std::string to;
  double ready_s = 0;               // from the beginning until the application was well there, with all data
  std::string path;                 // what it was asked for there, at the region's ingress
  int status = 0;                   // of the answer
  double answered_ms = 0;
  double ways_ms = 0;               // a question from each region to the other one, and what it takes to ask
  std::vector<MigrationRehearsedServiceView> services;  // those that follow
  double files_ms = 0;              // a last pass over files; 0: there are none
  double predicted_pause_ms = 0;    // of a cut-over
  bool good = false;                // a status from 200 to 399
  bool kept = false;                // it is ready for its cut-over; else nothing is left of it
};

// A hand-over that was tried.
struct MigrationAttemptView {
  int number = 0;
  std::string from;              // region
  std::string to;
  std::string decision;          // committed, aborted; open: it is not known to have ended
  std::string began_at;
  double pause_ms = 0;           // for which requests waited; 0: not known
  std::string cause;             // why it was undone, or why nobody was asked
  bool alone = false;            // the region that served was gone: what had arrived is what there is
};

// What a table held in the region that serves: a sum over its rows that does not depend on their order.
struct MigrationTableView {
  std::string name;
  std::uint64_t rows = 0;
  std::string checksum;
};

struct MigrationSequenceView {
  std::string name;
  std::string serving;                    // what it gave out last, or gives out first, in the region that serves
  std::string following;
};

struct MigrationComparedServiceView {
  std::string prefix;
  std::string schema;                     // SHA-256 of it, in the region that serves
  std::vector<MigrationTableView> tables;
  std::vector<MigrationSequenceView> sequences;  // of PostgreSQL
  std::uint64_t files = 0;                // of media and volumes
  std::uint64_t bytes = 0;                // that these have
  std::string checksum;                   // SHA-256 over their paths and contents
  std::vector<std::string> differences;   // of the other region: a sentence each; none: it holds the same
};

// A comparison of both regions after the same write.
struct MigrationComparisonView {
  std::string before;                     // cutting-over, finalising
  std::string at;
  std::string serving;                    // regions
  std::string following;
  bool same = false;
  bool intact = false;                    // the report is what was signed
  std::string signature;
  std::vector<MigrationComparedServiceView> services;
};

// The last backup before the region that does not serve forgot the environment; empty where there is none.
struct MigrationBackupView {
  std::string id;
  std::string keep_until;
};

struct MigrationView {
  std::string id;
  std::string project;
  std::string environment;
  std::string service;           // the one that moves within its region; empty: the environment moves
  std::string from;              // a region; where a service moves, its server or bucket
  std::string to;
  std::string phase;             // planned ... soaking, finalised, aborted (docs/migration.md)
  std::string serves;            // which of the two
  std::string window;            // outside of which it is not cut over; empty: at any time
  std::string began_at;
  std::string changed_at;
  std::vector<MigrationAttemptView> attempts;
  std::vector<MigrationServiceView> services;
  std::vector<MigrationComparisonView> comparisons;
  MigrationBackupView backup;
  bool alone = false;            // it ended without the region that does not serve, where all stays as it is
  std::string forwards_until;    // when the region that is left ends to hand requests on; empty: it goes on until the end of the move
  std::string next;              // what can be done now: a command
};

}  // namespace divio
