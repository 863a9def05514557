// Images of an engine, and building them. Safe from several threads at once.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "divio/result.hpp"
#include "model/labels.hpp"
#include "model/project_file.hpp"
#include "model/time.hpp"
#include "ports/streams.hpp"

namespace divio::ports {

struct Image {
  std::string id;
  std::vector<std::string> names;  // "divio/shop:3f2a..."
  model::Labels labels;
  std::uint64_t bytes = 0;
  model::TimePoint created_at{};
  // Only from inspect():
  std::string architecture;          // "amd64", "arm64", ...
  std::vector<int> exposed_ports;    // TCP, ascending
  std::vector<std::string> layers;   // digests of what they hold, the lowest first
};

// Writes a tar archive piece by piece into a sink, once.
using ArchiveWriter = std::function<Result<void>(const ByteSink&)>;

struct BuildSpec {
  std::string name;  // what the image is called
  model::BuildSettings settings;
  model::Labels labels;
  ArchiveWriter context;
};

class Images {
 public:
  virtual ~Images() = default;

  // Builds and returns the image's id. `line` gets the log, a line at a time without its ending. Stopping cancels the
  // build in the engine too.
  [[nodiscard]] virtual Result<std::string> build(const BuildSpec& spec, const std::function<void(std::string_view)>& line,
                                                  std::stop_token stop) = 0;
  [[nodiscard]] virtual Result<Image> inspect(const std::string& name_or_id) = 0;
  [[nodiscard]] virtual Result<std::vector<Image>> list(const model::Labels& labels) = 0;

  // Adds a name to an image.
  [[nodiscard]] virtual Result<void> tag(const std::string& name_or_id, const std::string& name) = 0;

  // Removes a name, and the image with the last of them. Gone already: success. In use: conflict.
  [[nodiscard]] virtual Result<void> remove(const std::string& name) = 0;

  // Fetches from the registry: "host/team/shop:tag", or "host/team/shop@sha256:..." for exactly that one. No registry
  // answering is unreachable, an unknown name not_found, a login that is missing or wrong refused.
  [[nodiscard]] virtual Result<void> pull(const std::string& name, const std::function<void(std::string_view)>& line,
                                          std::stop_token stop) = 0;

  // Puts the image with this name ("host/team/shop:tag") into the registry that the name says, and returns the digest
  // ("sha256:...") by which it is there now. Errors as of pull(); doing it again is safe.
  [[nodiscard]] virtual Result<std::string> push(const std::string& name, const std::function<void(std::string_view)>& line,
                                                 std::stop_token stop) = 0;

  // Writes these images, with their names and what they consist of, into `sink` as an archive that load() understands;
  // never all of it in memory. An image given by its id has no name in it. A failing sink ends it with its error, and
  // what the sink got by then is no whole archive.
  [[nodiscard]] virtual Result<void> save(const std::vector<std::string>& names, const ByteSink& sink,
                                          std::stop_token stop) = 0;

  // As save(), of one image, for an engine that has its lowest `layers` already: they are left out where the format
  // allows. An engine that lacks one of them refuses what came out, and takes in nothing.
  [[nodiscard]] virtual Result<void> save_upper(const std::string& name, std::size_t layers, const ByteSink& sink,
                                                std::stop_token stop) = 0;

  // Takes in the images of an archive: their ids, labels and names are as they were where it was saved, and layers that
  // are there already are not stored again. `archive` runs on a thread of its own, and its failure leaves no image:
  //   to.load([&](const ByteSink& sink) { return from.save({name}, sink, stop); }, stop)
  [[nodiscard]] virtual Result<void> load(const ArchiveWriter& archive, std::stop_token stop) = 0;
};

}  // namespace divio::ports
