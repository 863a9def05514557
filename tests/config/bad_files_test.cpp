// Bad project files and exactly what is said about each: the words are part of the interface.
#include "config/bad.hpp"

using namespace divio;
using namespace divio::config;

namespace {

constexpr auto top_keys =
    "the keys here are project, application, organisation, plan, build, processes, release, services, volumes, variables, environments";

}  // namespace

TEST_CASE("unknown keys are named with the likely one and all that are known") {
  check_each({
      {"project: shop\nproceses:\n  web:\n", "2:1", "unknown key 'proceses'",
       std::string("did you mean 'processes'? ") + top_keys},
      {"banana: 1\n", "1:1", "unknown key 'banana'", top_keys},
      {"processes:\n  web:\n    ports: 80\n", "3:5", "unknown key 'ports'",
       "did you mean 'port'? the keys here are command, port, replicas, health, resources, stop_grace, drain_timeout"},
      {"processes: {web: {health: {pth: /}}}", "1:28", "unknown key 'pth'",
       "did you mean 'path'? the keys here are path, interval, timeout, start_timeout"},
      {"processes: {web: {resources: {mem: 1Gi}}}", "1:31", "unknown key 'mem'", "the keys here are memory, cpu"},
      {"environments: {live: {domain: x}}", "1:23", "unknown key 'domain'",
       "did you mean 'domains'? the keys here are branch, region, domains, processes, variables"},
      {"environments: {live: {processes: {web: {port: 1}}}}", "1:41", "unknown key 'port'",
       "the keys here are replicas"},
      {"build: {file: x}", "1:9", "unknown key 'file'", "the keys here are dockerfile, target, arguments"},
  });
}

TEST_CASE("values of the wrong type are named with what is wanted") {
  check_each({
      {"processes: {web: {replicas: many}}", "1:29", "replicas must be a whole number, not 'many'",
       "write a number from 0 to 100"},
      {"processes: {web: {replicas: 1.5}}", "1:29", "replicas must be a whole number, not '1.5'",
       "write a number from 0 to 100"},
      {"processes: {web: {replicas: [2]}}", "1:29", "replicas must be a whole number, not a list",
       "write a number from 0 to 100"},
      {"processes: {web: {port: \"\"}}", "1:25", "port must be a whole number, not ''",
       "write a number from 1 to 65535"},
      {"processes:\n- web\n", "2:1", "processes must be a map, not a list", "write it like {web: {port: 8000}}"},
      {"processes: {web: 8000}", "1:18", "web must be a map, not a text", "write it like {replicas: 2}"},
      {"release: python manage.py migrate\n", "1:10", "release must be a list, not a text",
       "write it like [python3 manage.py migrate --noinput]"},
      {"environments: {live: {domains: shop.example.com}}", "1:32", "domains must be a list, not a text",
       "write it like [shop.example.com]"},
      {"release: [[a]]", "1:11", "entry 1 of release must be a text, not a list",
       "put it between quotes if it holds characters that YAML uses itself"},
      {"release:\n  - a\n  -\n", "2:3", "entry 2 of release must be a text, not empty",
       "put it between quotes if it holds characters that YAML uses itself"},
      {"project: {a: b}", "1:10", "project must be a text, not a map",
       "put it between quotes if it holds characters that YAML uses itself"},
      {"- a\n", "1:1", "the file must be a map of keys and values", "write it like project: shop"},
      {"shop", "1:1", "the file must be a map of keys and values", "write it like project: shop"},
      {"variables: {A: [1]}", "1:16", "A must be a text, not a list",
       "put it between quotes if it holds characters that YAML uses itself"},
      {"processes: {web: {command: {a: b}}}", "1:28", "command must be a list of words or a text, not a map",
       "write it like [python3, worker.py]"},
  });
}

TEST_CASE("amounts out of range or without a unit are refused with what is allowed") {
  check_each({
      {"processes: {web: {replicas: 101}}", "1:29", "replicas must be from 0 to 100, not 101",
       "write a number from 0 to 100"},
      {"processes: {web: {replicas: -1}}", "1:29", "replicas must be from 0 to 100, not -1",
       "write a number from 0 to 100"},
      {"processes: {web: {port: 0}}", "1:25", "port must be from 1 to 65535, not 0", "write a number from 1 to 65535"},
      {"processes: {web: {port: 99999999999999999999}}", "1:25",
       "port must be from 1 to 65535, not 99999999999999999999", "write a number from 1 to 65535"},
      {"processes: {web: {resources: {memory: 256}}}", "1:39", "memory must be from 6Mi to 16Ti, not '256'",
       "write an amount from 6Mi to 16Ti"},
      {"processes: {web: {resources: {memory: 5Mi}}}", "1:39", "memory must be from 6Mi to 16Ti, not '5Mi'",
       "write an amount from 6Mi to 16Ti"},
      {"processes: {web: {resources: {memory: 256m}}}", "1:39", "memory must be an amount of memory, not '256m'",
       "write it like 256Mi, 512M or 1Gi"},
      {"processes: {web: {resources: {cpu: half}}}", "1:36", "cpu must be an amount of processor cores, not 'half'",
       "write it like 0.25, 2 or 250m"},
      {"processes: {web: {resources: {cpu: 9m}}}", "1:36", "cpu must be from 0.01 to 512, not '9m'",
       "write an amount from 0.01 to 512"},
      {"processes: {web: {stop_grace: 10}}", "1:31", "stop_grace must be a duration, not '10'",
       "write a whole number and a unit: 500ms, 10s, 2m or 1h"},
      {"processes: {web: {stop_grace: 1500ms}}", "1:31", "stop_grace must be in whole seconds, not '1500ms'",
       "write it like 10s, 2m or 1h"},
      {"processes: {web: {drain_timeout: 2h}}", "1:34", "drain_timeout must be from 0s to 1h, not '2h'",
       "write an amount from 0s to 1h"},
      {"processes: {web: {health: {interval: 1ms}}}", "1:38", "interval must be from 100ms to 10m, not '1ms'",
       "write an amount from 100ms to 10m"},
  });
}

TEST_CASE("names that are not DNS labels are refused with a name that is one") {
  const auto hint = [](std::string_view example) {
    return "use 1 to 40 of a-z, 0-9 and '-', not beginning or ending with '-', for example '" + std::string(example) +
           "'";
  };
  check_each({
      {"project: My Shop", "1:10", "'My Shop' is not a valid project name", hint("my-shop")},
      {"application: A_B", "1:14", "'A_B' is not a valid application name", hint("a-b")},
      {"processes:\n  web_2: {}\n", "2:3", "'web_2' is not a valid process name", hint("web-2")},
      {"environments:\n  -x: {}\n", "2:3", "'-x' is not a valid environment name", hint("x")},
      {"environments: {live: {region: EU}}", "1:31", "'EU' is not a valid region name", hint("eu")},
      {"volumes: {Data: /data}", "1:11", "'Data' is not a valid volume name", hint("data")},
      {"project: " + std::string(40, 'a') + "\nenvironments:\n  " + std::string(23, 'b') + ":\n", "3:3",
       "the names of project '" + std::string(40, 'a') + "' and environment '" + std::string(23, 'b') +
           "' have more than 62 characters together",
       "shorten one of them"},
  });
}

TEST_CASE("what is given twice is refused where it is given again") {
  check_each({
      {"project: a\nvariables: {}\nproject: b\n", "3:1", "'project' is given twice",
       "remove one of them; the first is in line 1"},
      {"processes:\n  web:\n    port: 80\n    \"port\": 81\n", "4:5", "'port' is given twice",
       "remove one of them; the first is in line 3"},
      {"environments:\n  test: {domains: [a.b]}\n  live: {domains: [c.d, A.b]}\n", "3:25",
       "the domain 'a.b' is given twice", "remove one of them; the first is in line 2"},
      {"environments: {live: {domains: [a.b, a.b]}}", "1:38", "the domain 'a.b' is given twice",
       "remove one of them; the first is in line 1"},
      {"volumes:\n  a: /data\n  b: /data/\n", "3:6", "the volumes 'a' and 'b' are both mounted at '/data'",
       "give each of them a path of its own"},
  });
}

TEST_CASE("domains are host names and nothing else") {
  const auto bad = [](std::string_view domain, std::string hint) {
    return BadFile{"environments: {live: {domains: [\"" + std::string(domain) + "\"]}}", "1:33",
                   "'" + std::string(domain) + "' is not a valid domain", std::move(hint)};
  };
  const std::string general = "use letters, digits, '-' and '.', for example 'shop.example.com'";
  check_each({
      bad("https://a.b", "leave out the scheme, for example 'shop.example.com'"),
      bad("a.b/c", "leave out the path, for example 'shop.example.com'"),
      bad("a.b:8000", "leave out the port, for example 'shop.example.com'"),
      bad("*.a.b", "list each host name; there are no wildcards"),
      bad("b\xC3\xBC"
          "cher.example",
          "write an international name in its ASCII form, which begins with 'xn--'"),
      bad("a..b", general),
      bad("a.b.", general),
      bad("", general),
      bad("-a.b", general),
      bad("a_b.c", general),
      bad(std::string(64, 'a') + ".com", general),
  });
}

TEST_CASE("requests are for web only, so other processes cannot say how they get them") {
  for (const std::string key : {"port", "health", "drain_timeout"})
    check_each({{"processes:\n  worker:\n    " + key + ": 1\n", "3:5",
                 "the process 'worker' cannot have '" + key + "', because requests are routed to 'web' only",
                 "remove '" + key + "', or name the process 'web'"}});
}

TEST_CASE("an environment scales only processes that the project has, wherever they are listed") {
  check_each({
      {"environments: {live: {processes: {wbe: {replicas: 1}}}}", "1:35", "there is no process 'wbe'",
       "the processes are web"},
      {"environments: {live: {processes: {worke: }}}\nprocesses: {web: , worker: }", "1:35",
       "there is no process 'worke'", "did you mean 'worker'? the processes are web, worker"},
  });
  CHECK(parse("environments: {live: {processes: {worker: {replicas: 2}}}}\nprocesses: {worker: }").has_value());
}

TEST_CASE("commands, paths and branches that cannot work are refused") {
  const std::string command_hint = "write it like [python3, worker.py], or leave it out to run what the image says";
  const std::string mount_hint = "write an absolute path of a folder in the container, for example '/data'";
  const std::string path_hint = "begin it with '/' and write it as in a URL, for example '/healthz'";
  check_each({
      {"processes: {web: {command: []}}", "1:28", "command is empty", command_hint},
      {"processes: {web: {command: ' '}}", "1:28", "command is empty", command_hint},
      {"processes: {web: {command: ['', a]}}", "1:28", "command is empty", command_hint},
      {"release: [a, '']", "1:14", "entry 2 of release is empty",
       "remove it, or write it like [python3 manage.py migrate --noinput]"},
      {"volumes: {data: data}", "1:17", "'data' is not a folder to mount a volume at", mount_hint},
      {"volumes: {data: /a/../b}", "1:17", "'/a/../b' is not a folder to mount a volume at", mount_hint},
      {"volumes: {data: //}", "1:17", "a volume cannot be mounted at '/'", mount_hint},
      {"volumes: {data: /proc/}", "1:17", "a volume cannot be mounted at '/proc'", mount_hint},
      {"volumes: {data: }", "1:11", "the volume 'data' has no path",
       "say where it is mounted, for example data: /data"},
      {"processes: {web: {health: healthz}}", "1:27", "'healthz' is not a valid health path", path_hint},
      {"processes: {web: {health: {path: /a b}}}", "1:34", "'/a b' is not a valid health path", path_hint},
      {"build: {dockerfile: ../Dockerfile}", "1:21", "'../Dockerfile' is not a file of the codebase",
       "write a path relative to the codebase, for example 'docker/Dockerfile'"},
      {"build: {dockerfile: /Dockerfile}", "1:21", "'/Dockerfile' is not a file of the codebase",
       "write a path relative to the codebase, for example 'docker/Dockerfile'"},
      {"build: {target: -x}", "1:17", "'-x' is not the name of a build stage",
       "write the name that follows AS in the Dockerfile"},
      {"environments: {live: {branch: -f}}", "1:31", "'-f' is not a valid branch name",
       "write a branch's name, for example 'main'"},
      {"environments: {live: {branch: a..b}}", "1:31", "'a..b' is not a valid branch name",
       "write a branch's name, for example 'main'"},
  });
}

TEST_CASE("variables have valid names, and errors about them never show a value") {
  check_each({
      {"variables: {2X: 1}", "1:13", "'2X' is not a valid variable name",
       "use letters, digits and '_', not beginning with a digit"},
      {"build: {arguments: {a-b: 1}}", "1:21", "'a-b' is not a valid variable name",
       "use letters, digits and '_', not beginning with a digit"},
      {"variables: {TOKEN=hunter2: }", "1:13", "'TOKEN=...' is not a valid variable name",
       "write 'NAME: value' instead of 'NAME=value'"},
  });
  for (const auto* yaml :
       {"variables: {TOKEN=hunter2: }", "variables: TOKEN=hunter2", "variables: [TOKEN=hunter2]",
        "variables:\n  - TOKEN=hunter2\n", "variables: {TOKEN: *hunter2}", "variables: {TOKEN: !hunter2 x}",
        "variables: {TOKEN: {hunter2: x}}", "variables: {TOKEN: \"hunter2\\0\"}", "variables: {TOKEN: 'hunter2}",
        "variables: {TOKEN: @hunter2}", "variables: {TOKEN: \"hunter2\\q\"}", "variables: {TOKEN: [hunter2}",
        "variables: {TOKEN: %hunter2}", "release: hunter2"}) {
    const auto file = parse(yaml);
    REQUIRE_FALSE(file);
    const auto& error = file.error();
    CHECK_MESSAGE((error.message + error.hint + error.where).find("hunter2") == std::string::npos, error.message);
  }
}

TEST_CASE("mistakes in the syntax have their place and what to do") {
  const std::string tab = "this line is indented with a tab, which YAML does not allow";
  const std::string indentation = "check the indentation, and put a value that holds ': ' between quotes";
  const std::string quotes = "the text between quotes that begins here has no end";
  const std::string bracket = "the bracket that opens here is never closed";
  const std::string question = "a '?' here, between brackets, begins something else in YAML";
  const std::string unopened = "the bracket that closes here was never opened";
  check_each({
      {"processes:\n\tweb:\n\t\tport: 80\n", "2:5", tab, "indent with spaces"},
      {"processes:\n  web: {}\n\tworker: {}\n", "3:2", tab, "indent with spaces"},
      {"variables:\n  A: |\n    x\n\ty\n", "4:1", tab, "indent with spaces"},
      {"project: a: b\n", "1:11", "a key cannot stand here", indentation},
      {"project: a\n b: c\n", "2:3", "a key cannot stand here", indentation},
      {"release:\n  - b\n c: d\n", "3:2", "the indentation of this line fits nothing above it",
       "indent the keys of a map alike"},
      {"release: [a, b\nproject: x\n", "1:10", bracket, "close it"},
      {"release: [a, [b", "1:14", bracket, "close it"},
      {"processes: {web: {port: 80}\nproject: x\n", "1:12", bracket, "close it"},
      {"project: a\n}\n", "2:1", unopened, "remove it, or put the value between quotes"},
      {"project: a\n]\nservices: {x: }", "2:1", unopened, "remove it, or put the value between quotes"},
      {"variables: {A: *x}", "1:16", "a word that begins with '*' is an alias, and this one repeats nothing",
       "put a value that begins with '*' between quotes"},
      {"variables: {A: \"x", "1:16", quotes, "close the quotes"},
      {"variables:\n  A: 'it''s\nservices: {default: {}}\n", "2:6", quotes, "close the quotes"},
      {"variables:\n  A: &a \"x\\\"\nprocesses: {}\n", "2:6", quotes, "close the quotes"},
      {"variables: {A: \"\\q\"}", "1:19", "this escape is not known",
       "write a backslash twice between double quotes, or use single ones"},
      {"variables:\n  A: @x\n", "2:6", "a value cannot begin with this character",
       "put a value that begins with '@', '`' or '%' between quotes"},
      {"processes: {web: {health: {path: /status?code=1}}}", "1:41", question, "put the value that holds it between quotes"},
      {"processes: {web: {health: {path: ?code=1,\n  interval: 2s}}}", "1:34", question,
       "put the value that holds it between quotes"},
  });
}

TEST_CASE("what YAML has and this file has no use for is refused") {
  const std::string word = "write it as 'key: value'; 'null' and '~' need quotes";
  check_each({
      {"project: a\n---\nproject: b\n", "2:1", "a second document begins here, and the file may have only one",
       "remove it; where there is no '---', check the indentation"},
      {"? [a]\n: b\n", "1:3", "a key must be a word", word},
      {"{[a, {b: c}]: d}\n", "1:2", "a key must be a word", word},
      {"~: b\n", "1:1", "a key must be a word", word},
      {"project: !mine x\n", "1:10", "a word that begins with '!' is a tag, and tags mean nothing here",
       "remove it, or put a value that begins with '!' between quotes"},
      {"variables: {<<: 1}\n", "1:17", "'<<' takes over the keys of a map, and this is none",
       "give it an alias of a map: <<: *name"},
  });
}
