// A region: where environments' containers live, and what is known of that place.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "divio/result.hpp"
#include "model/labels.hpp"
#include "model/names.hpp"

namespace divio::model {

struct RegionTag { static constexpr std::string_view noun = "region name"; };
using RegionName = Name<RegionTag>;

// "local": the region that is there by itself, on the Docker engine of this machine.
[[nodiscard]] const RegionName& local_region();

struct Region {
  RegionName name = local_region();
  std::string endpoint = {};       // unix://..., tcp://..., ssh://...; empty only for `local`, before its first use
  std::uint16_t http_port = 80;    // where its ingress listens
  std::string certificates = {};   // folder of ca.pem, cert.pem and key.pem, for tcp://
  std::string domain = {};         // environments are PROJECT.DOMAIN there; empty: localhost
  std::string address = {};        // host name or IP address of its ingress; empty: that of the endpoint
  std::string location = {};       // "Frankfurt, DE"
  std::string provider = {};       // aws, azure, gcp, exoscale, own, ...
  std::string physical = {};       // the physical region it is in; empty: one of its own, of the same name
  std::string organisation = {};   // dedicated to it; empty: public
  std::string builder = {};        // name of the region whose engine builds for it; empty: its own
  std::string service_images = {}; // where images of services are fetched, and what stands for one (service_images.hpp); empty: as they are named
  std::string registry = {};       // by which images that others build reach it: "registry.example.com/team"; empty: straight
  std::string plans = {};          // "business,starter": new projects with these plans go there; empty: none
  std::uint16_t relay_port = 0;    // of its host, for what moves from or to another region; 0: one that is free then
  bool preferred = false;          // the default region; at most one is
  bool draining = false;           // takes no new environments
  Labels labels = {};              // for people and scripts
  std::string catalogue = {};      // whose label things there carry, where it was imported; empty: this catalogue's own

  friend bool operator==(const Region&, const Region&) = default;
};

// One thing that can be set of a region, as a text: flags, region files and plans all go by this table.
struct RegionSetting {
  std::string_view name;  // "ingress-port"
  std::string (*get)(const Region&);
  Result<void> (*set)(Region&, const std::string& text);  // invalid for a text that cannot be; an empty one: the default
};

[[nodiscard]] std::span<const RegionSetting> region_settings();

// nullptr if there is none of that name.
[[nodiscard]] const RegionSetting* find_region_setting(std::string_view name);

// A label for people: key as a DNS label with '.', '_' and '/', value without control characters.
[[nodiscard]] Result<void> check_region_label(std::string_view key, std::string_view value);

// What cannot be seen setting by setting: an endpoint is needed, certificates go with tcp:// only.
[[nodiscard]] Result<void> check_region(const Region& region);

// Whether the engine is on this computer, as far as its endpoint tells.
[[nodiscard]] bool is_on_this_machine(const Region& region);

// Whether projects with this plan go there; none do without a plan.
[[nodiscard]] bool takes_plan(const Region& region, std::string_view plan);

// The host at which visitors reach the region's ingress: its address, else its endpoint's host, else "localhost".
[[nodiscard]] std::string host_of(const Region& region);

}  // namespace divio::model
