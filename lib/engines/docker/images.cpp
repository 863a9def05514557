#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engines/docker/archive_sieve.hpp"
#include "engines/docker/builds.hpp"
#include "engines/docker/errors.hpp"
#include "engines/docker/image_json.hpp"
#include "engines/docker/json.hpp"
#include "engines/docker/parts.hpp"
#include "engines/docker/podman.hpp"
#include "engines/docker/registry_login.hpp"
#include "support/try.hpp"

namespace divio::engines {
namespace {

class DockerImages final : public ports::Images {
 public:
  DockerImages(Api& api, BuildWith build, std::string logins) : api_(api), build_(build), logins_(std::move(logins)) {}

  Result<std::string> build(const ports::BuildSpec& spec, const std::function<void(std::string_view)>& line,
                            std::stop_token stop) override {
    DIVIO_TRY(greeted, api_.greeting());  // an engine that is not there is said by us rather than by the client
    const auto client = build_ == BuildWith::engine || greeted.podman ? std::nullopt : buildkit_client();
    if (!client) return build_with_engine(api_, spec, line, stop);
    DIVIO_TRY(endpoint, api_.endpoint_for_programs(stop));
    auto built = build_with_client(*client, endpoint, spec, line, stop);
    if (!built && built.error().code == ErrorCode::unreachable) DIVIO_CHECK(api_.reach());  // it knows more of why
    if (!built) return Failure(api_.named(std::move(built).error()));
    DIVIO_TRY(image, inspect(spec.name));
    return image.id;
  }

  Result<ports::Image> inspect(const std::string& name_or_id) override {
    const Call call{"GET", fmt::format("/images/{}/json", image_in_path(name_or_id)),
                    fmt::format("look at image '{}'", name_or_id)};
    DIVIO_TRY(body, api_.call(call));
    DIVIO_TRY(answer, parse_answer(body, call.doing));
    auto image = read_image(answer);
    DIVIO_TRY(greeted, api_.greeting());
    if (greeted.podman) as_docker_tells(image);
    return image;
  }

  Result<std::vector<ports::Image>> list(const model::Labels& labels) override {
    Call call{"GET", "/images/json", "list images"};
    DIVIO_TRY(filters, api_.filters_for(labels));
    if (!labels.empty()) call.query = {{"filters", filters}};  // Podman takes no filter that is empty
    DIVIO_TRY(body, api_.call(call));
    DIVIO_TRY(answer, parse_answer(body, call.doing));
    auto images = carrying(read_images(answer), labels);
    DIVIO_TRY(greeted, api_.greeting());
    if (greeted.podman)
      for (auto& image : images) as_docker_tells(image);
    return images;
  }

  Result<void> tag(const std::string& name_or_id, const std::string& name) override {
    Call call{"POST", fmt::format("/images/{}/tag", image_in_path(name_or_id)),
              fmt::format("name image '{}' '{}'", name_or_id, name)};
    const auto [repository, tag] = split_image_name(name);
    call.query = {{"repo", repository}, {"tag", tag}};
    DIVIO_TRY(ignored, api_.call(call));
    return {};
  }

  Result<void> remove(const std::string& name) override {
    Call call{"DELETE", "/images/" + image_in_path(name), fmt::format("remove image '{}'", name)};
    call.timeout = std::chrono::seconds(300);
    DIVIO_TRY(greeted, api_.greeting());
    if (greeted.podman && name.find('@') != std::string::npos) {  // any image with that digest would go (repeats.cpp)
      DIVIO_TRY(known, is_name(docker_name(name)));
      return known ? api_.call_to_remove(call) : Result<void>{};
    }
    DIVIO_CHECK(api_.call_to_remove(call));
    if (!greeted.podman) return {};
    // Podman may have the image under the same name twice, as built there and as loaded (docker_name()).
    return api_.call_to_remove(call);
  }

  Result<void> pull(const std::string& name, const std::function<void(std::string_view)>& line,
                    std::stop_token stop) override {
    Call call{"POST", "/images/create", fmt::format("pull image '{}'", name)};
    const auto [repository, tag] = split_image_name(name);
    call.query = {{"fromImage", repository}, {"tag", tag}};
    DIVIO_TRY(shown, shown_to(name, stop));
    if (shown.login) call.registry_login = login_header(shown.login);
    BuildLog log(line);
    return talk_to_registry(std::move(call), {"pull", name, shown.unknown}, log, stop);
  }

  Result<std::string> push(const std::string& name, const std::function<void(std::string_view)>& line,
                           std::stop_token stop) override {
    const auto [repository, tag] = split_image_name(name);
    Call call{"POST", fmt::format("/images/{}/push", image_in_path(repository)), fmt::format("push image '{}'", name)};
    call.query = {{"tag", tag}};
    DIVIO_TRY(shown, shown_to(name, stop));
    call.registry_login = login_header(shown.login);  // Docker 20.10 pushes nothing without the header
    BuildLog log(line);
    DIVIO_CHECK(talk_to_registry(std::move(call), {"push", name, shown.unknown}, log, stop));
    if (!log.digest().empty()) return log.digest();
    return fail(ErrorCode::failed, fmt::format("cannot push image '{}': the engine does not tell its digest", name));
  }

  Result<void> save(const std::vector<std::string>& names, const ports::ByteSink& sink, std::stop_token stop) override {
    Call call{"GET", "/images/get", fmt::format("read image '{}'", fmt::join(names, "', '"))};
    for (const auto& name : names) call.query.emplace_back("names", name);
    call.timeout = std::chrono::seconds(0);
    return api_.stream(call, sink, stop);
  }

  Result<void> save_upper(const std::string& name, std::size_t layers, const ports::ByteSink& sink,
                          std::stop_token stop) override {
    if (layers == 0) return save({name}, sink, stop);
    DIVIO_TRY(image, inspect(name));
    ArchiveSieve sieve(image.layers, layers, sink);
    return save({name}, [&](std::string_view bytes) { return sieve.feed(bytes); }, stop);
  }

  Result<void> load(const ports::ArchiveWriter& archive, std::stop_token stop) override {
    Call call{"POST", "/images/load", "load images"};
    call.query = {{"quiet", "1"}};
    call.writer = archive;
    call.content_type = "application/x-tar";
    call.timeout = std::chrono::seconds(0);
    BuildLog log({});
    const auto take = [&](std::string_view bytes) -> Result<void> {
      log.feed(bytes);
      return {};
    };
    DIVIO_CHECK(api_.stream(call, take, stop));
    log.finish();
    if (log.error().empty()) return {};
    return Failure(api_.named(engine_error(0, log.error(), call.doing)));
  }

 private:
  // What a registry is shown; nothing where that cannot be found out, which matters only if it wants a login.
  struct Shown {
    std::optional<RegistryLogin> login;
    std::optional<Error> unknown;  // why
  };
  struct Wanted {
    const char* verb;
    const std::string& image;
    const std::optional<Error>& unknown_login;
  };

  Result<Shown> shown_to(const std::string& image, const std::stop_token& stop) {
    auto login = look_up_login(logins_, registry_of(image), stop);
    if (login) return Shown{std::move(*login), std::nullopt};
    if (login.error().code == ErrorCode::cancelled) return Failure(std::move(login).error());
    return Shown{std::nullopt, std::move(login).error()};
  }

  Result<void> talk_to_registry(Call call, const Wanted& wanted, BuildLog& log, const std::stop_token& stop) {
    call.timeout = std::chrono::seconds(0);
    const auto take = [&](std::string_view bytes) -> Result<void> {
      log.feed(bytes);
      return {};
    };
    DIVIO_TRY(answer, api_.exchange(call, take, stop));
    log.finish();
    const bool taken = answer.status / 100 == 2;
    if (taken && log.error().empty()) return {};
    auto error = registry_error(taken ? 0 : answer.status, taken ? log.error() : sentence_of(answer.body), wanted.verb, wanted.image);
    if (wanted.unknown_login) error = without_login(std::move(error), *wanted.unknown_login);
    return Failure(api_.named(std::move(error)));
  }

  // Whether an image is called exactly so.
  Result<bool> is_name(const std::string& name) {
    DIVIO_TRY(images, list({}));
    return std::ranges::any_of(images, [&](const auto& image) { return std::ranges::find(image.names, name) != image.names.end(); });
  }

  // Looked for at the first build: it runs the clients it finds.
  std::optional<std::string> buildkit_client() {
    const std::lock_guard lock(mutex_);
    if (!looked_) client_ = find_buildkit_client();
    looked_ = true;
    return client_;
  }

  Api& api_;
  BuildWith build_;
  std::string logins_;
  std::mutex mutex_;  // guards looked_ and client_
  bool looked_ = false;
  std::optional<std::string> client_;
};

}  // namespace

std::unique_ptr<ports::Images> make_images(Api& api, BuildWith build, std::string logins) {
  return std::make_unique<DockerImages>(api, build, std::move(logins));
}

}  // namespace divio::engines
