// The fields of requests about migrations.
#include "wire/request_fields.hpp"

namespace divio::wire {
namespace {

template <class Request>
constexpr Field region_to{.name = "to",
                          .help = "the region that it is to be moved to",
                          .access = access<Request, &Request::to>(),
                          .value = "REGION",
                          .completes = Completes::regions,
                          .required = true};

template <class Request>
constexpr Field pause_field(std::string_view help) {
  return {.name = "max-pause",
          .help = help,
          .access = access<Request, &Request::max_pause>(),
          .value = "TIME",
          .least = 1};
}

constexpr std::string_view pause_as_before = "how long requests may wait; without it as the migration was begun with";

template <class Request>
constexpr Field window_field{.name = "window",
                             .help = "cut over in this window only, for example \"Mon-Fri 01:00-05:00 UTC\", and wait for it",
                             .access = access<Request, &Request::window>(),
                             .value = "WINDOW"};

template <class Request>
constexpr Field hash_field{.name = "plan-hash",
                           .help = "go on only if the plan is still the one with this hash; without it whatever it is now",
                           .access = access<Request, &Request::plan_hash>(),
                           .value = "HASH"};

template <class Request>
constexpr Field consent_field{.name = "allow-pause",
                              .help = "consent to copying services that cannot follow while requests wait",
                              .access = access<Request, &Request::allow_pause>()};

template <class Request>
constexpr Field hold_field{.name = "hold-cutover",
                           .help = "stop when everything is ready, and leave the cut-over to migrate cutover",
                           .access = access<Request, &Request::hold_cutover>()};

constexpr std::string_view pause_of_a_hand_over = "how long requests may wait in the cut-over; one that takes longer is undone";

template <class Request>
constexpr Field bandwidth_field{.name = "bandwidth",
                                .help = "the most that is sent in a second, for example 50MB or 50MB/s; without it as much as there is",
                                .access = access<Request, &Request::bandwidth>(),
                                .value = "RATE"};

template <class Request>
constexpr Field now_field{.name = "now", .help = "do not wait for the window", .access = access<Request, &Request::now>()};

constexpr std::string_view now_at_start = "cut over as soon as everything is ready, also one that was begun with --window or --hold-cutover";

template <class Request>
constexpr Field without_field{.name = "without",
                              .help = "the region that does not serve, where it is gone for good: what is there stays as it is",
                              .access = access<Request, &Request::without>(),
                              .value = "REGION",
                              .completes = Completes::regions};

}  // namespace

template <>
std::span<const Field> fields_of<MigrationGroup>() {
  static constexpr std::array<Field, 2> fields{{
      {.name = "application",
       .help = "every project of this web application, as one",
       .access = access<MigrationGroup, &MigrationGroup::application>(),
       .value = "NAME",
       .completes = Completes::applications},
      {.name = "all-environments", .help = "every environment, as one; without it the one of -e", .access = access<MigrationGroup, &MigrationGroup::all_environments>()},
  }};
  return fields;
}

template <>
std::span<const Field> fields_of<MigratePlanRequest>() {
  static constexpr std::array<Field, 1> fields{{region_to<MigratePlanRequest>}};
  return fields;
}

template <>
std::span<const Field> fields_of<MigrateStartRequest>() {
  using Request = MigrateStartRequest;
  static constexpr std::array<Field, 8> fields{{
      region_to<Request>,
      hash_field<Request>,
      pause_field<Request>(pause_of_a_hand_over),
      consent_field<Request>,
      hold_field<Request>,
      bandwidth_field<Request>,
      window_field<Request>,
      {.name = "now", .help = now_at_start, .access = access<Request, &Request::now>()},
  }};
  return fields;
}

template <>
std::span<const Field> fields_of<MigrateRehearseRequest>() {
  using Request = MigrateRehearseRequest;
  static constexpr std::array<Field, 4> fields{{
      region_to<Request>,
      {.name = "path",
       .help = "what the application is asked for there; it should read from the database, and need no login",
       .access = access<Request, &Request::path>(),
       .value = "PATH"},
      bandwidth_field<Request>,
      {.name = "keep",
       .help = "leave it ready for its cut-over, instead of giving it up",
       .access = access<Request, &Request::keep>()},
  }};
  return fields;
}

template <>
std::span<const Field> fields_of<MigrateCutOverRequest>() {
  using Request = MigrateCutOverRequest;
  static constexpr std::array<Field, 4> fields{{
      pause_field<Request>(pause_as_before),
      window_field<Request>,
      now_field<Request>,
      {.name = "without",
       .help = "the region that serves, which is gone for good: the other one takes over, with what had arrived there",
       .access = access<Request, &Request::without>(),
       .value = "REGION",
       .completes = Completes::regions},
  }};
  return fields;
}

template <>
std::span<const Field> fields_of<MigrateReverseRequest>() {
  static constexpr std::array<Field, 1> fields{{pause_field<MigrateReverseRequest>(pause_as_before)}};
  return fields;
}

template <>
std::span<const Field> fields_of<MigrateResumeRequest>() {
  static constexpr std::array<Field, 1> fields{{now_field<MigrateResumeRequest>}};
  return fields;
}

template <>
std::span<const Field> fields_of<MigrateAbortRequest>() {
  static constexpr std::array<Field, 1> fields{{without_field<MigrateAbortRequest>}};
  return fields;
}

template <>
std::span<const Field> fields_of<MigrateFinalizeRequest>() {
  using Request = MigrateFinalizeRequest;
  static constexpr std::array<Field, 4> fields{{
      without_field<Request>,
      {.name = "unverified",
       .help = "do not compare what both regions hold first, or end it although they differ",
       .access = access<Request, &Request::unverified>()},
      {.name = "keep-backup",
       .help = "for how many days the last backup is kept, which is made before anything is removed; 0 is without one",
       .access = access<Request, &Request::keep_backup>(),
       .value = "DAYS",
       .least = 0,
       .most = 3650},
      {.name = "forward",
       .help = "for how many days the old region hands on whoever still comes there; with 0 it ends at once",
       .access = access<Request, &Request::forward>(),
       .value = "DAYS",
       .least = 0,
       .most = 3650},
  }};
  return fields;
}

template <>
std::span<const Field> fields_of<HandOverOptions>() {
  using Request = HandOverOptions;
  static constexpr std::array<Field, 5> fields{{
      hash_field<Request>,
      pause_field<Request>(pause_of_a_hand_over),
      consent_field<Request>,
      hold_field<Request>,
      window_field<Request>,
  }};
  return fields;
}

}  // namespace divio::wire
