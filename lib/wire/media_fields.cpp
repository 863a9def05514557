// The fields of requests about media.
#include "wire/request_fields.hpp"

namespace divio::wire {
namespace {

template <class Request>
constexpr Field service_field() {
  return {.name = "service",
          .help = "the service; not needed where there is only one with media",
          .access = access<Request, &Request::service>(),
          .value = "PREFIX",
          .completes = Completes::services};
}

}  // namespace

template <>
std::span<const Field> fields_of<MediaListRequest>() {
  static constexpr std::array<Field, 1> fields{{service_field<MediaListRequest>()}};
  return fields;
}

template <>
std::span<const Field> fields_of<MediaSyncRequest>() {
  using Request = MediaSyncRequest;
  static constexpr std::array<Field, 3> fields{{
      {.name = "folder",
       .help = "folder on this computer",
       .access = access<Request, &Request::folder>(),
       .value = "FOLDER",
       .completes = Completes::directories,
       .positional = true,
       .required = true},
      service_field<Request>(),
      {.name = "delete",
       .help = "also remove what the target has and the source does not",
       .access = access<Request, &Request::remove>()},
  }};
  return fields;
}

}  // namespace divio::wire
