// Media that are kept in a volume of an engine, as one reaches them from outside: by a container of its own.
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "divio/result.hpp"
#include "model/labels.hpp"
#include "ports/engine.hpp"

namespace divio::media {

// An image with the programs that every Debian system has (perl, find, tar).
struct Programs {
  std::string image;
  std::function<Result<void>(ports::Engine&, std::stop_token)> ensure = {};  // makes it be there
};

// Everything that is needed to get at the files. Whoever makes it keeps the engine alive; several threads may use one.
//
// The container that gives access has `labels`, and only this volume. It ends when its caller ends, even one
// that is killed, or loses the connection, and the engine removes it when it has ended.
struct Volume {
  ports::Engine& engine;
  std::string name;      // in the engine; not_found if it is not there
  model::Labels labels;  // of the container
  Programs programs;
  std::stop_token stop = {};
};

}  // namespace divio::media
