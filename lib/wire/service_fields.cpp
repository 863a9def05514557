// The fields of requests about services.
#include "wire/request_fields.hpp"

namespace divio::wire {
namespace {

template <class Request>
constexpr Field prefix_field(std::string_view help, Completes completes) {
  return {.name = "prefix",
          .help = help,
          .access = access<Request, &Request::prefix>(),
          .value = "PREFIX",
          .completes = completes,
          .positional = true,
          .required = true};
}

constexpr std::string_view which = "the service's prefix";

// Of media in S3: of what is added, and of where they move to.
template <class Request>
constexpr std::array<Field, 8> bucket_fields{{
    {.name = "s3-endpoint",
     .help = "https:// address of an S3 storage in which the files are kept; media only",
     .access = access<Request, &Request::s3, &BucketRequest::endpoint>(),
     .value = "URL"},
    {.name = "s3-bucket",
     .help = "its bucket, which no other environment uses",
     .access = access<Request, &Request::s3, &BucketRequest::bucket>(),
     .value = "BUCKET"},
    {.name = "s3-region",
     .help = "what the storage calls its region; most take any",
     .access = access<Request, &Request::s3, &BucketRequest::region>(),
     .value = "NAME"},
    {.name = "s3-host-style",
     .help = "BUCKET.ENDPOINT in place of ENDPOINT/BUCKET",
     .access = access<Request, &Request::s3, &BucketRequest::host_style>()},
    {.name = "s3-domain",
     .help = "domain under which anybody may read the files; without it nobody may",
     .access = access<Request, &Request::s3, &BucketRequest::domain>(),
     .value = "DOMAIN"},
    {.name = "s3-authority",
     .help = "PEM file of the authority that vouches for the endpoint; without it those that this computer trusts",
     .access = access<Request, &Request::s3, &BucketRequest::authority>(),
     .value = "FILE",
     .completes = Completes::files},
    {.name = "access-key",
     .help = "id of the bucket's access key; the secret key is read from standard input or asked for",
     .access = access<Request, &Request::s3, &BucketRequest::access_key>(),
     .value = "ID"},
    {.name = "secret-key", .help = "the secret key", .access = access<Request, &Request::s3, &BucketRequest::secret_key>()},
}};

template <std::size_t Own, std::size_t More>
constexpr std::array<Field, Own + More> joined(const std::array<Field, Own>& own, const std::array<Field, More>& more) {
  std::array<Field, Own + More> all{};
  std::size_t at = 0;
  for (const auto& field : own) all[at++] = field;
  for (const auto& field : more) all[at++] = field;
  return all;
}

constexpr std::array<Field, 7> own_add_fields{{
    prefix_field<ServiceAddRequest>("what the names of its variables begin with, in lower case: default", Completes::nothing),
    {.name = "type",
     .help = "postgres, mariadb, redis or media",
     .access = access<ServiceAddRequest, &ServiceAddRequest::type>(),
     .value = "TYPE",
     .required = true},
    {.name = "version",
     .help = "version of its server; without it the type's first one",
     .access = access<ServiceAddRequest, &ServiceAddRequest::version>(),
     .value = "VERSION"},
    {.name = "scope",
     .help = "shared: a database on the region's server; dedicated: a server of its own",
     .access = access<ServiceAddRequest, &ServiceAddRequest::scope>(),
     .value = "SCOPE",
     .offered = scope_words},
    {.name = "mount",
     .help = "where containers find the files; media only",
     .access = access<ServiceAddRequest, &ServiceAddRequest::mount>(),
     .value = "PATH"},
    {.name = "memory",
     .help = "limit of a dedicated server, for example 1Gi",
     .access = access<ServiceAddRequest, &ServiceAddRequest::memory>(),
     .value = "AMOUNT"},
    {.name = "cpu",
     .help = "limit of a dedicated server in cores, for example 0.5",
     .access = access<ServiceAddRequest, &ServiceAddRequest::cpu>(),
     .value = "CORES"},
}};

constexpr auto add_fields = joined(own_add_fields, bucket_fields<ServiceAddRequest>);

// Where a service moves to.
constexpr std::array<std::string_view, 3> goal_words{"shared", "dedicated", "s3"};

constexpr std::array<Field, 2> own_move_fields{{
    prefix_field<ServiceMoveRequest>(which, Completes::services),
    {.name = "to",
     .help = "shared: a database on the region's server; dedicated: a server of its own; s3: a bucket, for media",
     .access = access<ServiceMoveRequest, &ServiceMoveRequest::to>(),
     .value = "GOAL",
     .offered = goal_words,
     .required = true},
}};

constexpr auto move_fields = joined(own_move_fields, bucket_fields<ServiceMoveRequest>);

}  // namespace

template <>
std::span<const Field> fields_of<ServiceAddRequest>() { return add_fields; }

template <>
std::span<const Field> fields_of<ServiceRequest>() {
  static constexpr std::array<Field, 1> fields{{prefix_field<ServiceRequest>(which, Completes::services)}};
  return fields;
}

template <>
std::span<const Field> fields_of<ServicePublishRequest>() {
  using Request = ServicePublishRequest;
  static constexpr std::array<Field, 3> fields{{
      prefix_field<Request>(which, Completes::services),
      {.name = "port",
       .help = "port of the engine's host; without it the one that the service has",
       .access = access<Request, &Request::port>(),
       .value = "NUMBER",
       .most = 65535},
      {.name = "address",
       .help = "IPv4 address of the engine's host; without it 127.0.0.1, which only that host reaches",
       .access = access<Request, &Request::address>(),
       .value = "ADDRESS"},
  }};
  return fields;
}

template <>
std::span<const Field> fields_of<ServiceRotateRequest>() {
  using Request = ServiceRotateRequest;
  static constexpr std::array<Field, 4> fields{{
      prefix_field<Request>(which, Completes::services),
      {.name = "access-key",
       .help = "id of the new access key of media in S3; its secret key is read from standard input or asked for",
       .access = access<Request, &Request::access_key>(),
       .value = "ID"},
      {.name = "secret-key", .help = "the secret key", .access = access<Request, &Request::secret_key>()},
      {.name = "s3-authority",
       .help = "PEM file of the authority that vouches for the endpoint from now on",
       .access = access<Request, &Request::s3_authority>(),
       .value = "FILE",
       .completes = Completes::files},
  }};
  return fields;
}

template <>
std::span<const Field> fields_of<ServiceMoveRequest>() { return move_fields; }

template <>
std::span<const Field> fields_of<ServiceUpgradeRequest>() {
  using Request = ServiceUpgradeRequest;
  static constexpr std::array<Field, 2> fields{{
      prefix_field<Request>(which, Completes::services),
      {.name = "to", .help = "the version that its server is to be of", .access = access<Request, &Request::to>(), .value = "VERSION", .required = true},
  }};
  return fields;
}

template <>
std::span<const Field> fields_of<ServiceRemoveRequest>() {
  using Request = ServiceRemoveRequest;
  static constexpr std::array<Field, 2> fields{{
      prefix_field<Request>(which, Completes::services),
      {.name = "no-backup", .help = "take no last backup of its data", .access = access<Request, &Request::no_backup>()},
  }};
  return fields;
}

template <>
std::span<const Field> fields_of<ServiceLogsRequest>() {
  using Request = ServiceLogsRequest;
  static constexpr std::array<Field, 4> fields{{
      prefix_field<Request>(which, Completes::services),
      {.name = "follow",
       .help = "go on with what is written from now on",
       .access = access<Request, &Request::follow>(),
       .letter = 'f'},
      {.name = "tail",
       .help = "how many of the last lines, or 'all'",
       .access = access<Request, &Request::tail>(),
       .value = "LINES",
       .word_for_all = "all"},
      {.name = "timestamps",
       .help = "begin each line with its time",
       .access = access<Request, &Request::timestamps>(),
       .letter = 't'},
  }};
  return fields;
}

}  // namespace divio::wire
