// The fields of requests about backups.
#include "wire/request_fields.hpp"

namespace divio::wire {
namespace {

template <class Request>
constexpr Field id_field(bool required) {
  return {.name = "id",
          .help = "the backup's id, or latest",
          .access = access<Request, &Request::id>(),
          .value = "BACKUP",
          .completes = Completes::backups,
          .positional = true,
          .required = required};
}

// What of a backup is meant.
template <class Request>
constexpr Field content_field(std::string_view help) {
  auto field = service_field<Request>(help);
  field.completes = Completes::contents;
  return field;
}

}  // namespace

template <>
std::span<const Field> fields_of<BackupCreateRequest>() {
  using Request = BackupCreateRequest;
  static constexpr std::array<Field, 2> fields{{
      content_field<Request>("only this service, or volume-NAME for a volume; without it all that hold data"),
      {.name = "verify", .help = "and try it out, as backup verify does", .access = access<Request, &Request::verify>()},
  }};
  return fields;
}

template <>
std::span<const Field> fields_of<BackupRequest>() {
  static constexpr std::array<Field, 1> fields{{id_field<BackupRequest>(false)}};
  return fields;
}

template <>
std::span<const Field> fields_of<BackupDeleteRequest>() {
  static constexpr std::array<Field, 1> fields{{id_field<BackupDeleteRequest>(true)}};
  return fields;
}

template <>
std::span<const Field> fields_of<BackupDownloadRequest>() {
  using Request = BackupDownloadRequest;
  static constexpr std::array<Field, 3> fields{{
      id_field<Request>(false),
      {.name = "to",
       .help = "the folder for the files",
       .access = access<Request, &Request::to>(),
       .value = "FOLDER",
       .completes = Completes::directories},
      content_field<Request>("only this service, or volume-NAME for a volume"),
  }};
  return fields;
}

template <>
std::span<const Field> fields_of<BackupRestoreRequest>() {
  using Request = BackupRestoreRequest;
  static constexpr std::array<Field, 5> fields{{
      id_field<Request>(false),
      {.name = "from",
       .help = "the environment whose backup it is; without it the one that is restored",
       .access = access<Request, &Request::from>(),
       .value = "ENVIRONMENT",
       .completes = Completes::environments},
      content_field<Request>("only this service, or volume-NAME for a volume"),
      {.name = "force",
       .help = "also where the code is newer than the backup, or a server is older",
       .access = access<Request, &Request::force>()},
      {.name = "replace",
       .help = "take no backup first of what is replaced",
       .access = access<Request, &Request::replace>()},
  }};
  return fields;
}

template <>
std::span<const Field> fields_of<BackupScheduleRequest>() {
  using Request = BackupScheduleRequest;
  static constexpr std::array<Field, 3> fields{{
      {.name = "at", .help = "time of the day, UTC, for example 03:00", .access = access<Request, &Request::at>(), .value = "HH:MM"},
      {.name = "verify-days",
       .help = "try a backup out when the last one that passed did so longer ago than this; 0 is never; 7 at first",
       .access = access<Request, &Request::verify_days>(),
       .value = "DAYS",
       .least = -1,
       .most = 365},
      {.name = "off", .help = "no scheduled backups any more", .access = access<Request, &Request::off>()},
  }};
  return fields;
}

template <>
std::span<const Field> fields_of<BackupStoreRequest>() {
  using Request = BackupStoreRequest;
  static constexpr std::array<Field, 11> fields{{
      {.name = "region",
       .help = "for environments in this region; without it for all whose region has no store of its own",
       .access = access<Request, &Request::region>(),
       .value = "REGION",
       .completes = Completes::regions},
      {.name = "folder",
       .help = "a folder of this computer",
       .access = access<Request, &Request::folder>(),
       .value = "FOLDER",
       .completes = Completes::directories},
      {.name = "endpoint", .help = "https:// address of an S3 storage", .access = access<Request, &Request::endpoint>(), .value = "URL"},
      {.name = "bucket", .help = "its bucket", .access = access<Request, &Request::bucket>(), .value = "BUCKET"},
      {.name = "bucket-region",
       .help = "what the storage calls its region; most take any",
       .access = access<Request, &Request::bucket_region>(),
       .value = "NAME"},
      {.name = "access-key",
       .help = "id of the access key; the secret key is read from standard input or asked for",
       .access = access<Request, &Request::access_key>(),
       .value = "ID"},
      {.name = "secret-key", .help = "the secret key", .access = access<Request, &Request::secret_key>()},
      {.name = "prefix", .help = "a folder within the bucket", .access = access<Request, &Request::prefix>(), .value = "PATH"},
      {.name = "authority",
       .help = "PEM file of the authority that vouches for the endpoint",
       .access = access<Request, &Request::authority>(),
       .value = "FILE",
       .completes = Completes::files},
      {.name = "virtual-host",
       .help = "BUCKET.ENDPOINT in place of ENDPOINT/BUCKET",
       .access = access<Request, &Request::virtual_host>()},
      {.name = "standard",
       .help = "back to what it is by itself: the folder backups beside the catalogue",
       .access = access<Request, &Request::standard>()},
  }};
  return fields;
}

template <>
std::span<const Field> fields_of<TimerRequest>() {
  using Request = TimerRequest;
  static constexpr std::array<Field, 1> fields{{
      {.name = "system-wide",
       .help = "a timer of the machine, which runs when nobody is logged in; needs root",
       .access = access<Request, &Request::system_wide>()},
  }};
  return fields;
}

}  // namespace divio::wire
