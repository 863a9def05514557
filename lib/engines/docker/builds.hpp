// The two ways of building an image.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "engines/docker/api.hpp"
#include "engines/docker/build_log.hpp"
#include "ports/images.hpp"

namespace divio::engines {

// With the engine's own builder: POST /build. Returns the image's id.
[[nodiscard]] Result<std::string> build_with_engine(Api& api, const ports::BuildSpec& spec, const LineSink& line,
                                                    const std::stop_token& stop);

// With BuildKit, by way of the docker client `program`. The image has its name afterwards.
[[nodiscard]] Result<void> build_with_client(const std::string& program, const Endpoint& endpoint,
                                             const ports::BuildSpec& spec, const LineSink& line,
                                             const std::stop_token& stop);

// The client's arguments for a build whose context is a tar archive on standard input. Pure.
[[nodiscard]] std::vector<std::string> client_arguments(const std::string& program, const ports::BuildSpec& spec);

// How a docker client comes by BuildKit, from what `docker --version` prints. Pure.
enum class ClientBuildKit { none, built_in, plugin };
[[nodiscard]] ClientBuildKit buildkit_of_client(std::string_view version);

// The first docker client in PATH that can build with BuildKit; nullopt if there is none.
[[nodiscard]] std::optional<std::string> find_buildkit_client();

}  // namespace divio::engines
