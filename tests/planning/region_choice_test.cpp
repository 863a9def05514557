#include "planning/region_choice.hpp"

#include <doctest/doctest.h>

using namespace divio;
using planning::choose_region;
using planning::RegionWish;

namespace {

model::RegionName region_name(const char* text) { return model::RegionName::parse(text).value(); }

model::Region region_named(const char* text) {
  model::Region made;
  made.name = region_name(text);
  made.endpoint = "unix:///run/docker.sock";
  return made;
}

std::vector<model::Region> known() { return {region_named("eu"), region_named("local"), region_named("us")}; }

RegionWish wish() {
  return {{model::ProjectName::parse("shop").value(), model::EnvironmentName::parse("live").value()}, "", {}, {}};
}

std::string chosen(const std::vector<model::Region>& regions, const RegionWish& asked) {
  const auto found = choose_region(regions, asked);
  return found ? found->name.str() : "error: " + found.error().message;
}

}  // namespace

TEST_CASE("a new environment goes where its file says, else to the default region, else to local") {
  auto regions = known();
  auto asked = wish();
  CHECK(chosen(regions, asked) == "local");
  regions[2].preferred = true;
  CHECK(chosen(regions, asked) == "us");
  asked.asked = region_name("eu");
  CHECK(chosen(regions, asked) == "eu");
}

TEST_CASE("a new environment goes to the region that takes its project's plan, unless its file names one") {
  auto regions = known();
  regions[0].plans = "business,starter";
  regions[2].preferred = true;
  auto asked = wish();
  CHECK(chosen(regions, asked) == "us");
  asked.plan = "starter";
  CHECK(chosen(regions, asked) == "eu");
  asked.plan = "start";
  CHECK(chosen(regions, asked) == "us");
  asked.plan = "business";
  asked.asked = region_name("local");
  CHECK(chosen(regions, asked) == "local");
}

TEST_CASE("an environment stays in its region, whatever the default is, and another one in its file is refused") {
  auto regions = known();
  regions[2].preferred = true;
  auto living = wish();
  living.lives_in = region_name("eu");
  CHECK(chosen(regions, living) == "eu");
  living.asked = region_name("eu");
  CHECK(chosen(regions, living) == "eu");
  living.asked = region_name("us");
  const auto refused = choose_region(regions, living);
  REQUIRE(!refused);
  CHECK(refused.error().code == ErrorCode::refused);
  CHECK(refused.error().message == "shop-live lives in region eu, but divio.yaml says region us");
  CHECK(refused.error().hint.find("moving it is `migrate`") == 0);
}

TEST_CASE("a region that is draining refuses new environments only") {
  auto regions = known();
  regions[0].draining = true;
  auto asked = wish();
  asked.asked = region_name("eu");
  const auto refused = choose_region(regions, asked);
  REQUIRE(!refused);
  CHECK(refused.error().code == ErrorCode::refused);
  CHECK(refused.error().message == "region eu is draining and takes no new environments");
  asked.lives_in = region_name("eu");
  CHECK(chosen(regions, asked) == "eu");
}

TEST_CASE("a dedicated region takes the projects of its organisation and no others") {
  auto regions = known();
  regions[0].organisation = "acme";
  auto asked = wish();
  asked.asked = region_name("eu");
  CHECK(chosen(regions, asked) == "error: region eu is dedicated to acme, and project shop belongs to no organisation");
  asked.organisation = "globex";
  CHECK(chosen(regions, asked) == "error: region eu is dedicated to acme, and project shop belongs to globex");
  asked.lives_in = region_name("eu");
  CHECK(choose_region(regions, asked).error().code == ErrorCode::refused);
  asked.organisation = "acme";
  CHECK(chosen(regions, asked) == "eu");
}

TEST_CASE("who builds is what was asked for, else what the region is set to, else the region itself") {
  const auto builder = [](const model::Region& of, const std::string& asked, const std::string& organisation = "") {
    auto regions = known();
    regions[2].organisation = "acme";
    const auto found = planning::choose_builder(regions, of, asked, {model::ProjectName::parse("shop").value(), "", "", organisation});
    return !found ? "error: " + found.error().message : *found ? (*found)->name.str() : std::string("itself");
  };
  auto eu = region_named("eu");
  CHECK(builder(eu, "") == "itself");
  CHECK(builder(eu, "eu") == "itself");
  CHECK(builder(eu, "local") == "local");
  eu.builder = "local";
  CHECK(builder(eu, "") == "local");
  CHECK(builder(eu, "eu") == "itself");
  CHECK(builder(eu, "us") == "error: region us is dedicated to acme, and project shop belongs to no organisation");
  CHECK(builder(eu, "us", "acme") == "us");
  CHECK(builder(eu, "ux") == "error: there is no region 'ux'");
  CHECK(builder(eu, "U X").starts_with("error: "));
}

TEST_CASE("a region that is not known is said with the nearest one") {
  auto asked = wish();
  asked.asked = region_name("eur");
  CHECK(choose_region(known(), asked).error().hint == "did you mean 'eu'?");
  asked.asked = region_name("frankfurt");
  const auto unknown = choose_region(known(), asked);
  CHECK(unknown.error().code == ErrorCode::not_found);
  CHECK(unknown.error().hint == "there are eu, local, us; divioctl region add frankfurt makes it known");
}
