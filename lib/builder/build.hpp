// The application builder: a codebase becomes an image, or the image that was already built from it is used.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "divio/events.hpp"
#include "divio/requests.hpp"
#include "model/project_file.hpp"
#include "model/release.hpp"
#include "ports/engine.hpp"
#include "ports/source.hpp"

namespace divio::builder {

struct BuildOrder {
  model::ProjectName project;
  std::string catalogue_id;
  model::BuildSettings settings;
  ports::SourceSelection selection;
  BuildMode mode = BuildMode::automatic;
};

struct BuiltImage {
  model::ImageReference image;
  model::Revision revision;
  std::string digest;  // of code and settings: what reuse goes by
  bool reused = false;
};

// What is known before anything is built.
struct BuildPlan {
  ports::BuildContext context;
  std::string digest;
  std::string name;                          // what the image will be called
  std::optional<ports::Image> existing;      // what would be reused
};

inline constexpr std::string_view build_step = "build";

// Reads the code and looks for an image that was built from it. Changes nothing.
[[nodiscard]] Result<BuildPlan> plan_build(ports::Engine& engine, ports::Source& source, const BuildOrder& order);

// Looks on this engine for an image that was built from what the plan is about, and puts it into the plan, or nothing.
// A plan to build anew gets another name than an image that is there.
[[nodiscard]] Result<void> find_existing(ports::Engine& engine, BuildPlan& plan, const BuildOrder& order);

// Carries the plan out: reuses (adopt without an image is refused) or builds. Progress and the log go to `tell`.
[[nodiscard]] Result<BuiltImage> build_image(ports::Engine& engine, const BuildPlan& plan, const BuildOrder& order,
                                             const Listener& tell, std::stop_token stop);

// Pure: what divioctl calls an image that it built ("divio/shop:3f2a..."), whatever else it is called; its id if it has no name.
[[nodiscard]] std::string usual_name(const ports::Image& image);

// Pure: hexadecimal SHA-256 of a context's digest and everything in the settings that changes the image.
[[nodiscard]] std::string build_digest(const std::string& context_digest, const model::BuildSettings& settings);

}  // namespace divio::builder
