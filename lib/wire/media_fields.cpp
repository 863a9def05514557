// The fields of requests about media.
#include "wire/request_fields.hpp"

namespace divio::wire {
namespace {

constexpr std::string_view only_one_media = "the service; not needed where there is only one with media";

}  // namespace

template <>
std::span<const Field> fields_of<MediaListRequest>() {
  static constexpr std::array<Field, 1> fields{{service_field<MediaListRequest>(only_one_media)}};
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
      service_field<Request>(only_one_media),
      {.name = "delete",
       .help = "also remove what the target has and the source does not",
       .access = access<Request, &Request::remove>()},
  }};
  return fields;
}

}  // namespace divio::wire
