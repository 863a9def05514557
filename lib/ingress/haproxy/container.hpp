// The container, volume and image of an ingress.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "ingress/haproxy/agent.hpp"
#include "ingress/haproxy/haproxy_ingress.hpp"
#include "ingress/haproxy/render.hpp"

namespace divio::ingress {

// Of the container and of its volume.
[[nodiscard]] std::string object_name(const std::string& region);

[[nodiscard]] Frame frame_of(const Options& options);

// nullopt if there is none; conflict if it belongs to another catalogue.
[[nodiscard]] Result<std::optional<ports::Container>> find_container(ports::Engine& engine, const Options& options);

// Pulls the image if it is not there; where no registry answers, builds one from Debian's package under the same name.
[[nodiscard]] Result<void> ensure_image(ports::Engine& engine, const std::string& image,
                                        const std::function<void(std::string_view)>& line, std::stop_token stop);

// Talks to the program inside the running container.
[[nodiscard]] Result<std::unique_ptr<Agent>> join_agent(ports::Engine& engine, const Options& options);

// The same program in a container of its own for as long as this lives, for the files of an ingress that does not run.
class FilesAgent {
 public:
  [[nodiscard]] static Result<std::unique_ptr<FilesAgent>> start(ports::Engine& engine, const Options& options);
  ~FilesAgent();
  FilesAgent(const FilesAgent&) = delete;
  FilesAgent& operator=(const FilesAgent&) = delete;
  [[nodiscard]] Agent& agent() { return *agent_; }

 private:
  FilesAgent(ports::Engine& engine, std::string name) : engine_(engine), name_(std::move(name)) {}
  ports::Engine& engine_;
  std::string name_;
  std::unique_ptr<Agent> agent_;
};

// Creates the container if it is not there, starts it and waits until HAProxy answers. When it ends instead, the reason
// from its log: a port that is taken is a conflict. A container that was created here and did not come up is removed
// again.
[[nodiscard]] Result<std::unique_ptr<Agent>> bring_up(const Surroundings& with, const Options& options);

[[nodiscard]] Result<void> remove_objects(ports::Engine& engine, const Options& options);

// What the last lines of HAProxy's log say about a start that failed. Pure.
[[nodiscard]] Error explain_failed_start(std::string_view log, const Options& options);

}  // namespace divio::ingress
