#include <doctest/doctest.h>

#include "store/samples.hpp"

using namespace divio;
using namespace divio::tests;

TEST_CASE("the region local is there by itself, until it is put otherwise") {
  const TemporaryFolder folder;
  const auto store = open_in(folder);
  CHECK(must(store->regions().regions()) == std::vector{model::Region{"local", "", 80}});
  CHECK(must(store->regions().region("local")) == model::Region{"local", "", 80});
  CHECK(must(store->regions().region("eu")) == std::nullopt);

  const model::Region eu{"eu", "ssh://eu.example.com", 8080};
  const model::Region us{"us", "tcp://us.example.com:2376", 65535};
  must(store->regions().put_region(us));
  must(store->regions().put_region(eu));
  CHECK(must(store->regions().regions()) == std::vector{eu, model::Region{}, us});
  CHECK(must(store->regions().region("us")) == us);

  const model::Region local{"local", "unix:///run/podman.sock", 8000};
  must(store->regions().put_region(local));
  CHECK(must(store->regions().regions()) == std::vector{eu, local, us});
  CHECK(must(store->regions().region("local")) == local);
}
