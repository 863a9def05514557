// Visitors of a site, as many and as steady as the promise is made for: at least 200 requests a second on 32 connections
// that are kept, and as many on connections that are made anew for each request.
#pragma once

#include <functional>
#include <memory>

#include "e2e/site.hpp"

namespace divio::live {

struct Tallies {
  nlohmann::json kept;  // what divio_load counted
  nlohmann::json anew;
};

class Load {
 public:
  // Returns when both kinds of visitors have been answered for a while.
  explicit Load(const Site& site);

  // Ends it after a last while.
  Tallies stop();

 private:
  std::unique_ptr<Running> kept_;
  std::unique_ptr<Running> anew_;
};

// Fails the test for any request that was not answered well while `act` went on, and for visitors too few to show it.
void check_no_request_fails(const Site& site, const std::function<void()>& act);

}  // namespace divio::live
