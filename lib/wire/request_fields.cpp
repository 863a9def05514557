#include "wire/request_fields.hpp"

namespace divio::wire {
namespace {

// BuildRequest and DeployRequest choose their code and their build alike.
template <class Request>
constexpr std::array<Field, 4> code_fields{{
    {.name = "ref",
     .help = "build this commit, branch or tag instead of the environment's branch",
     .access = access<Request, &Request::code, &CodeSelection::reference>(),
     .value = "REF",
     .completes = Completes::branches},
    {.name = "worktree",
     .help = "build the folder as it is, uncommitted work included",
     .access = access<Request, &Request::code, &CodeSelection::working_tree>()},
    {.name = "build-mode",
     .help = "auto: use the image built from the same code and settings, else build; adopt: only use it; force: build anew",
     .access = access<Request, &Request::mode>(),
     .value = "MODE"},
    {.name = "builder",
     .help = "the region whose engine builds the image, which is then brought to the environment's region",
     .access = access<Request, &Request::builder>(),
     .value = "REGION",
     .completes = Completes::regions,
     .variable = "DIVIOCTL_BUILDER"},
}};

}  // namespace

template <>
std::span<const Field> fields_of<Target>() {
  static constexpr std::array<Field, 3> fields{{
      {.name = "directory",
       .help = "the folder of the codebase",
       .access = access<Target, &Target::directory>(),
       .value = "DIR",
       .letter = 'C',
       .completes = Completes::directories},
      {.name = "env",
       .help = "the environment",
       .access = access<Target, &Target::environment>(),
       .value = "NAME",
       .letter = 'e',
       .completes = Completes::environments,
       .member = "environment",
       .variable = "DIVIOCTL_ENV"},
      {.name = "project",
       .help = "the project, instead of the one whose codebase is in the folder",
       .access = access<Target, &Target::project>(),
       .value = "NAME",
       .completes = Completes::projects},
  }};
  return fields;
}

template <>
std::span<const Field> fields_of<BuildRequest>() { return code_fields<BuildRequest>; }

template <>
std::span<const Field> fields_of<DeployRequest>() { return code_fields<DeployRequest>; }

template <>
std::span<const Field> fields_of<ScaleRequest>() {
  static constexpr std::array<Field, 1> fields{{
      {.name = "replicas",
       .help = "how many instances each process shall have; 0 takes it out, default is what divio.yaml says",
       .access = access<ScaleRequest, &ScaleRequest::replicas>(),
       .value = "PROCESS=COUNT",
       .completes = Completes::processes,
       .positional = true,
       .required = true,
       .most = 1000,
       .word_for_all = "default"},
  }};
  return fields;
}

template <>
std::span<const Field> fields_of<RollbackRequest>() {
  static constexpr std::array<Field, 1> fields{{
      {.name = "release",
       .help = "the number of the release to go back to; without it the one that served before",
       .access = access<RollbackRequest, &RollbackRequest::release>(),
       .value = "RELEASE",
       .completes = Completes::releases,
       .positional = true,
       .least = 1},
  }};
  return fields;
}

template <>
std::span<const Field> fields_of<RestartRequest>() { return {}; }

template <>
std::span<const Field> fields_of<StopRequest>() { return {}; }

template <>
std::span<const Field> fields_of<StartRequest>() { return {}; }

template <>
std::span<const Field> fields_of<DestroyRequest>() {
  static constexpr std::array<Field, 3> fields{{
      {.name = "whole-project",
       .help = "every environment, and the project itself",
       .access = access<DestroyRequest, &DestroyRequest::whole_project>()},
      {.name = "keep-volumes",
       .help = "leave the data in volumes where it is",
       .access = access<DestroyRequest, &DestroyRequest::keep_volumes>()},
      {.name = "without",
       .help = "the region where it is, if that is gone for good: it is forgotten, and what is there stays as it is",
       .access = access<DestroyRequest, &DestroyRequest::without>(),
       .value = "REGION",
       .completes = Completes::regions},
  }};
  return fields;
}

template <>
std::span<const Field> fields_of<ReconcileRequest>() {
  static constexpr std::array<Field, 1> fields{{
      {.name = "all",
       .help = "every environment of every project",
       .access = access<ReconcileRequest, &ReconcileRequest::every_project>()},
  }};
  return fields;
}

template <>
std::span<const Field> fields_of<VariableSetRequest>() {
  static constexpr std::array<Field, 3> fields{{
      {.name = "name",
       .help = "the variable",
       .access = access<VariableSetRequest, &VariableSetRequest::name>(),
       .value = "NAME",
       .positional = true,
       .required = true},
      {.name = "value", .help = "what it shall hold", .access = access<VariableSetRequest, &VariableSetRequest::value>()},
      {.name = "secret",
       .help = "never show it again in lists",
       .access = access<VariableSetRequest, &VariableSetRequest::secret>()},
  }};
  return fields;
}

template <>
std::span<const Field> fields_of<InitRequest>() {
  static constexpr std::array<Field, 4> fields{{
      {.name = "name",
       .help = "the project's name; without it the folder's",
       .access = access<InitRequest, &InitRequest::name>(),
       .value = "NAME"},
      {.name = "port",
       .help = "the port on which the web process listens",
       .access = access<InitRequest, &InitRequest::port>(),
       .value = "PORT",
       .least = 1,
       .most = 65535},
      {.name = "health-path",
       .help = "a path that answers 200 when the web process is well",
       .access = access<InitRequest, &InitRequest::health_path>(),
       .value = "PATH"},
      {.name = "overwrite",
       .help = "replace a divio.yaml that is there",
       .access = access<InitRequest, &InitRequest::overwrite>()},
  }};
  return fields;
}

}  // namespace divio::wire
