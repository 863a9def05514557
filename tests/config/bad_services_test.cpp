#include "config/bad.hpp"

using namespace divio;
using namespace divio::config;

TEST_CASE("services that cannot be are refused at the key that says so") {
  const std::string keys = "the keys here are type, version, scope, storage, mount, resources";
  check_each({
      {"services: [postgres]", "1:11", "services must be a map, not a list", "write it like {default: {type: postgres}}"},
      {"services: {default: [postgres]}", "1:21", "default must be a map, not a list", "write it like {type: postgres}"},
      {"services: {default: {typ: postgres}}", "1:22", "unknown key 'typ'", "did you mean 'type'? " + keys},
      {"services:\n  default:\n    version: \"15\"\n", "2:3", "the service 'default' has no type",
       "say which one: postgres, mariadb, redis or media"},
      {"services: {default: {type: }}", "1:12", "the service 'default' has no type",
       "say which one: postgres, mariadb, redis or media"},
      {"services: {default: postgre}", "1:21", "'postgre' is not a type of service", "did you mean 'postgres'?"},
      {"services: {default: {type: oracle}}", "1:28", "'oracle' is not a type of service",
       "use one of postgres, mariadb, redis, media"},
      {"services: {default: {type: postgres, version: \"9\"}}", "1:47", "there is no version '9' of postgres",
       "use one of 15, 17, 16, 14, 13"},
      {"services: {default: {version: \"9\", type: postgres}}", "1:31", "there is no version '9' of postgres",
       "use one of 15, 17, 16, 14, 13"},
      {"services: {media: {type: media, version: 1}}", "1:42", "there are no versions of media", "leave the version out"},
      {"services: {default: {type: postgres, scope: own}}", "1:45", "'own' is not a scope of a service",
       "use one of shared, dedicated"},
      {"services: {cache: {type: redis, scope: shared}}", "1:40",
       "Redis cannot be shared: one server cannot keep tenants apart", "use the scope dedicated"},
      {"services: {Default: postgres}", "1:12", "'Default' is not a valid service prefix",
       "use 1 to 32 of a-z, 0-9 and '_', beginning with a letter, for example 'default'"},
      {"services: {default: postgres, default: media}", "1:31", "'default' is given twice",
       "remove one of them; the first is in line 1"},
      {"services: {default: {type: postgres, mount: /data}}", "1:38", "service 'default' has a mount, but is of type postgres",
       "leave the mount out"},
      {"services: {media: {type: media, mount: data}}", "1:40", "'data' is not a folder to mount a volume at",
       "write an absolute path of a folder in the container, for example '/data'"},
      {"services: {media: {type: media, storage: S4}}", "1:42", "'S4' is not a storage of media", "use one of volume, s3"},
      {"services: {default: {type: postgres, storage: s3}}", "1:38", "service 'default' has a storage, but is of type postgres",
       "leave the storage out"},
      {"services: {media: {type: media, storage: s3, mount: /data}}", "1:46", "service 'media' has a mount, but is in S3",
       "leave the mount out: the application talks to the bucket itself"},
      {"services: {default: {type: postgres, resources: {memory: 1Gi}}}", "1:38",
       "service 'default' has resources, but no server of its own", "say scope: dedicated, or leave the resources out"},
  });
}

TEST_CASE("a service and a volume do not take each other's name or folder, whichever comes first") {
  const std::string name_hint = "name the volume otherwise: the service keeps its data in a volume of that name";
  const std::string path_hint = "give each of them a path of its own";
  check_each({
      {"services: {my_db: postgres}\nvolumes: {my-db: /data}", "1:12", "the service 'my_db' has the name of a volume", name_hint},
      {"volumes: {files: /data/media}\nservices: {media: {type: media, mount: /data/media/}}", "2:12",
       "the service 'media' is mounted at '/data/media', as 'files' is", path_hint},
      {"services: {a: {type: media, mount: /m}, b: {type: media, mount: /m}}", "1:41",
       "the service 'b' is mounted at '/m', as 'a' is", path_hint},
  });
}
