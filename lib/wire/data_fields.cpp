// The fields of requests about data.
#include "wire/request_fields.hpp"

namespace divio::wire {
namespace {

template <class Request>
constexpr Field file_field(std::string_view help, bool required) {
  return {.name = "file",
          .help = help,
          .access = access<Request, &Request::file>(),
          .value = "FILE",
          .completes = Completes::files,
          .positional = true,
          .required = required};
}

template <class Request>
constexpr Field replace_field = {
    .name = "replace", .help = "keep no backup of what is replaced", .access = access<Request, &Request::replace>()};

constexpr std::string_view only_one = "the service; not needed where there is only one database or cache";

}  // namespace

template <>
std::span<const Field> fields_of<DataCopyRequest>() {
  using Request = DataCopyRequest;
  static constexpr std::array<Field, 4> fields{{
      {.name = "from",
       .help = "the environment to copy from",
       .access = access<Request, &Request::from>(),
       .value = "ENVIRONMENT",
       .completes = Completes::environments,
       .required = true},
      {.name = "to",
       .help = "the environment whose data is replaced",
       .access = access<Request, &Request::to>(),
       .value = "ENVIRONMENT",
       .completes = Completes::environments,
       .required = true},
      service_field<Request>("only this service; without it every one that both have"),
      replace_field<Request>,
  }};
  return fields;
}

template <>
std::span<const Field> fields_of<DataPullRequest>() {
  using Request = DataPullRequest;
  static constexpr std::array<Field, 3> fields{{
      file_field<Request>("where to; - is standard output; without it PROJECT-ENVIRONMENT-PREFIX-TIME in this folder", false),
      service_field<Request>(only_one),
      {.name = "overwrite", .help = "replace a file that is there", .access = access<Request, &Request::overwrite>()},
  }};
  return fields;
}

template <>
std::span<const Field> fields_of<DataPushRequest>() {
  using Request = DataPushRequest;
  static constexpr std::array<Field, 3> fields{{
      file_field<Request>("the dump; - is standard input", true),
      service_field<Request>(only_one),
      replace_field<Request>,
  }};
  return fields;
}

}  // namespace divio::wire
