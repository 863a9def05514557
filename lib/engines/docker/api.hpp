// Calls to one engine: the agreed version of the API in front of each path, answers checked, errors in words.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "divio/result.hpp"
#include "divio/secret.hpp"
#include "engines/docker/docker.hpp"
#include "engines/docker/query.hpp"
#include "system/http.hpp"

namespace divio::engines {

struct Call {
  std::string method;
  std::string path;   // after the version: "/containers/json"
  std::string doing;  // "list containers", to follow "cannot" in an error
  Query query = {};
  std::string body = {};  // JSON, unless content_type says otherwise
  std::string content_type = "application/json";
  system::BodyWriter writer = {};  // streams the body instead
  // An engine that hangs should not hang divioctl. Most answers take milliseconds; 0: as long as it takes.
  std::chrono::seconds timeout{120};
  Secret registry_login = {};  // what a registry is shown (registry_login.hpp)
};

// What the engine said of itself.
struct Greeting {
  std::string api_version;  // the one in use
  bool podman = false;
};

// The version to speak with an engine that offers up to `offered`; refused if it is too old. Pure.
[[nodiscard]] Result<std::string> agree_on_version(const std::string& offered, const std::string& address);

// Safe from several threads at once.
class Api {
 public:
  Api(Endpoint endpoint, system::HttpTarget target)
      : endpoint_(std::move(endpoint)), authority_(target.authority), http_(std::move(target)) {}

  // Where another program on this machine reaches the engine, as long as this object lives.
  [[nodiscard]] Result<Endpoint> endpoint_for_programs(const std::stop_token& stop);

  // Whether the engine answers now.
  [[nodiscard]] Result<void> reach();

  // An error of engine_error() or registry_error(); where it is because of a full disk, it says whose.
  [[nodiscard]] Error named(Error error) const;

  // How long the engine takes to answer when it has nothing to do but that.
  [[nodiscard]] Result<std::chrono::microseconds> round_trip();

  // Asks the engine once, and again only as long as it does not answer. Unreachable also: it speaks otherwise there.
  [[nodiscard]] Result<Greeting> greeting();

  // The `filters` of a list of what carries these labels. Podman gets one of them: it gives volumes that carry any of
  // several, and no image at all. carrying() leaves out the rest.
  [[nodiscard]] Result<std::string> filters_for(const model::Labels& labels);

  // The whole answer, whatever its status.
  [[nodiscard]] Result<system::HttpResponse> exchange(const Call& call, const system::BodySink& sink = {},
                                                      const std::stop_token& stop = {});

  // The body of an answer of success (or 304, not modified: it is so already).
  [[nodiscard]] Result<std::string> call(const Call& call, const std::stop_token& stop = {});

  // The same, where a thing that is not there (404) is a success too.
  [[nodiscard]] Result<void> call_to_remove(const Call& call);

  // As call(), with the body passed on as it arrives.
  [[nodiscard]] Result<void> stream(const Call& call, const system::BodySink& sink, const std::stop_token& stop);

  // Takes the connection over as a plain stream.
  [[nodiscard]] Result<std::unique_ptr<system::RawConnection>> take_over(const Call& call);

 private:
  [[nodiscard]] Result<system::HttpRequest> request_of(const Call& call);
  [[nodiscard]] Result<system::HttpResponse> ping();

  Endpoint endpoint_;
  std::string authority_;
  system::HttpClient http_;
  std::mutex mutex_;  // guards greeting_
  std::optional<Greeting> greeting_;
};

}  // namespace divio::engines
