// The fields of requests about regions.
#include "wire/request_fields.hpp"

namespace divio::wire {
namespace {

template <class Request>
constexpr Field region_name{.name = "name",
                            .help = "the region",
                            .access = access<Request, &Request::name>(),
                            .value = "REGION",
                            .completes = Completes::regions,
                            .positional = true,
                            .required = true};

constexpr std::array<Field, 19> settings{{
    region_name<RegionRequest>,
    {.name = "endpoint",
     .help = "where its Docker engine answers: unix://PATH, tcp://HOST[:PORT] or ssh://[USER@]HOST",
     .access = access<RegionRequest, &RegionRequest::endpoint>(),
     .value = "ADDRESS"},
    {.name = "certificates",
     .help = "the folder of ca.pem, cert.pem and key.pem for a tcp:// endpoint",
     .access = access<RegionRequest, &RegionRequest::certificates>(),
     .value = "DIR",
     .completes = Completes::directories},
    {.name = "ingress-port",
     .help = "the port of its host where visitors come in; without it 80",
     .access = access<RegionRequest, &RegionRequest::ingress_port>(),
     .value = "PORT",
     .least = 1,
     .most = 65535},
    {.name = "domain",
     .help = "the domain whose subdomains lead there: environments get PROJECT.DOMAIN; without it localhost",
     .access = access<RegionRequest, &RegionRequest::domain>(),
     .value = "DOMAIN"},
    {.name = "address",
     .help = "the host name or IP address of its ingress; without it the endpoint's host",
     .access = access<RegionRequest, &RegionRequest::address>(),
     .value = "HOST"},
    {.name = "location",
     .help = "place and country",
     .access = access<RegionRequest, &RegionRequest::location>(),
     .value = "PLACE"},
    {.name = "provider",
     .help = "whose machines they are, such as aws, azure, gcp, exoscale or own",
     .access = access<RegionRequest, &RegionRequest::provider>(),
     .value = "NAME"},
    {.name = "physical",
     .help = "the physical region it is in, which several regions may share; without it one of its own",
     .access = access<RegionRequest, &RegionRequest::physical>(),
     .value = "NAME"},
    {.name = "public",
     .help = "open to every project; the opposite of --dedicated",
     .access = access<RegionRequest, &RegionRequest::open_to_all>()},
    {.name = "dedicated",
     .help = "for the projects of this organisation only",
     .access = access<RegionRequest, &RegionRequest::dedicated>(),
     .value = "ORGANISATION"},
    {.name = "builder",
     .help = "the region whose engine builds for it; without it its own",
     .access = access<RegionRequest, &RegionRequest::builder>(),
     .value = "REGION",
     .completes = Completes::regions},
    {.name = "service-images",
     .help = "where the images of services are fetched, HOST[:PORT][/PATH] in front of postgres:15, and what stands for one of them, postgres:15=IMAGE; separated by commas, without it as they are named",
     .access = access<RegionRequest, &RegionRequest::service_images>(),
     .value = "IMAGES"},
    {.name = "registry",
     .help = "by which images that others build reach it: HOST[:PORT][/PATH] in front of PROJECT; without it straight from engine to engine",
     .access = access<RegionRequest, &RegionRequest::registry>(),
     .value = "REGISTRY"},
    {.name = "plans",
     .help = "new environments of projects with these plans go there, unless divio.yaml names a region: business,starter",
     .access = access<RegionRequest, &RegionRequest::plans>(),
     .value = "PLANS"},
    {.name = "relay-port",
     .help = "the port of its host for what moves from or to another region, where a firewall needs to know it; 0: one that is free then",
     .access = access<RegionRequest, &RegionRequest::relay_port>(),
     .value = "PORT",
     .least = 0,
     .most = 65535},
    {.name = "label",
     .help = "a label for people and scripts; KEY= takes it away; may be given several times",
     .access = access<RegionRequest, &RegionRequest::labels>(),
     .value = "KEY=VALUE"},
    {.name = "default",
     .help = "where environments go whose divio.yaml names no region, and whose plan none",
     .access = access<RegionRequest, &RegionRequest::make_default>()},
    {.name = "unchecked",
     .help = "do not look whether its engine answers",
     .access = access<RegionRequest, &RegionRequest::unchecked>()},
}};

}  // namespace

template <>
std::span<const Field> fields_of<RegionRequest>() { return settings; }

template <>
std::span<const Field> fields_of<RegionDrainRequest>() {
  static constexpr std::array<Field, 2> fields{{
      region_name<RegionDrainRequest>,
      {.name = "undo",
       .help = "take new environments again",
       .access = access<RegionDrainRequest, &RegionDrainRequest::undo>()},
  }};
  return fields;
}

template <>
std::span<const Field> fields_of<RegionRemoveRequest>() {
  static constexpr std::array<Field, 3> fields{{
      region_name<RegionRemoveRequest>,
      {.name = "servers",
       .help = "remove the servers that databases shared, too, with every database that is kept in them",
       .access = access<RegionRemoveRequest, &RegionRemoveRequest::servers>()},
      {.name = "forget",
       .help = "do not ask its engine, and leave there what is there",
       .access = access<RegionRemoveRequest, &RegionRemoveRequest::forget>()},
  }};
  return fields;
}

template <>
std::span<const Field> fields_of<RegionApplyRequest>() {
  static constexpr std::array<Field, 1> fields{{
      {.name = "file",
       .help = "the region file",
       .access = access<RegionApplyRequest, &RegionApplyRequest::file>(),
       .value = "FILE",
       .completes = Completes::files,
       .positional = true,
       .required = true},
  }};
  return fields;
}

template <>
std::span<const Field> fields_of<RegionImportRequest>() {
  using Request = RegionImportRequest;
  static constexpr std::array<Field, 6> fields{{
      region_name<Request>,
      {.name = "endpoint",
       .help = "where its Docker engine answers, if the catalogue does not know the region",
       .access = access<Request, &Request::endpoint>(),
       .value = "ADDRESS"},
      {.name = "certificates",
       .help = "the folder of ca.pem, cert.pem and key.pem for a tcp:// endpoint",
       .access = access<Request, &Request::certificates>(),
       .value = "DIR",
       .completes = Completes::directories},
      {.name = "key-file",
       .help = "the key of the lost catalogue: the file 'key' of its folder",
       .access = access<Request, &Request::key_file>(),
       .value = "FILE",
       .completes = Completes::files},
      {.name = "catalogue",
       .help = "whose environments, where several catalogues have some there",
       .access = access<Request, &Request::catalogue>(),
       .value = "ID"},
      {.name = "adopt",
       .help = "take over what another catalogue may still look after",
       .access = access<Request, &Request::adopt>()},
  }};
  return fields;
}

}  // namespace divio::wire
