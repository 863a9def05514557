// Backups: what can be asked, and what is answered.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "divio/secret.hpp"

namespace divio {

struct BackupCreateRequest {
  std::string service;  // prefix, or "volume-NAME" of a volume; empty: all that hold data
  bool verify = false;  // and try it out
};

// Show and verify.
struct BackupRequest {
  std::string id = "latest";
};

struct BackupDeleteRequest {
  std::string id;
};

struct BackupDownloadRequest {
  std::string id = "latest";
  std::string to = ".";  // folder
  std::string service;   // prefix, or "volume-NAME" of a volume; empty: all that the backup has
};

struct BackupRestoreRequest {
  std::string id = "latest";
  std::string from;      // environment whose backup it is; empty: the target's own
  std::string service;   // prefix, or "volume-NAME" of a volume; empty: all that the backup has
  bool force = false;    // onto newer code or an older server, too
  bool replace = false;  // keep no backup of what is replaced
};

// What is absent stays as it is; with nothing given it is only shown.
struct BackupScheduleRequest {
  std::string at;        // "03:00", UTC
  int verify_days = -1;  // a drill when the last one that passed is older than this; 0: never; -1: as it is, or 7
  bool off = false;
};

// Where backups go. At most one of `folder` and `endpoint`; neither is the folder `backups` beside the catalogue.
struct BackupStoreRequest {
  std::string region;         // backups of environments there; empty: all that have no store of their own region
  std::string folder;         // path on this computer
  std::string endpoint;       // of S3: "https://s3.eu-central-1.amazonaws.com"
  std::string bucket;
  std::string bucket_region;  // as S3 calls it
  std::string access_key;
  Secret secret_key;
  std::string prefix;         // folder within the bucket
  std::string authority;      // PEM file of who vouches for the endpoint's certificate
  bool virtual_host = false;  // BUCKET.ENDPOINT instead of ENDPOINT/BUCKET
  bool standard = false;      // no store of its own any more
};

struct TimerRequest {
  bool system_wide = false;  // of the machine, not of this user
};

// A service, or a volume of the project: "volume-uploads", of type "volume".
struct BackupServiceView {
  std::string prefix;
  std::string type;
  std::string version;
  std::string engine;  // the server's own version
  std::uint64_t bytes = 0;         // of the dump
  std::uint64_t stored_bytes = 0;  // compressed and sealed
  std::string sha256;              // of what is stored
  std::uint64_t tables = 0;
  std::uint64_t rows = 0;
};

struct BackupView {
  std::string id;
  std::string project;
  std::string environment;
  std::string region;
  std::string kind;  // manual, scheduled, replaced, removed, moved; unreadable: made with another key, or changed
  int release = 0;
  std::string commit;
  std::string person;
  std::string created_at;
  std::string completed_at;
  std::string keep_until;  // where that was said; empty: as its kind is kept
  std::vector<BackupServiceView> services;
  std::string verified;     // passed, failed; empty: it was never tried out
  std::string verified_at;
  std::vector<std::string> differences;  // why it did not pass
};

struct BackupListView {
  std::vector<BackupView> backups;
  std::vector<std::string> unseen;  // stores of regions in which the environment was before, which do not answer
};

struct BackupFilesView {
  std::string id;
  struct File {
    std::string service;
    std::string path;
    std::uint64_t bytes = 0;
  };
  std::vector<File> files;
};

struct BackupScheduleView {
  std::string project;
  std::string environment;
  std::string at;    // "03:00", UTC; empty: none
  int verify_days = 0;
  std::string next;  // when the next one is due
};

struct BackupStoreView {
  std::string region;  // empty: of every region that has none of its own
  std::string kind;    // folder, s3
  std::string where;   // path, or ENDPOINT/BUCKET/PREFIX
  std::string key;     // id of the key that the backups there are sealed with
};

// In the status of an environment.
struct BackupStatusView {
  std::string last;         // id of the newest one that is whole
  std::string last_at;
  std::string verified;     // id of the newest one that passed its drill
  std::string verified_at;  // when it did
  std::string next;         // when the next scheduled one is due; empty: there is no schedule
};

// A timer of systemd that was installed or removed.
struct TimerView {
  std::string outcome;  // installed, removed, planned
  struct File {
    std::string path;
    std::string text;
  };
  std::vector<File> files;
  std::vector<std::string> commands;
};

}  // namespace divio
