// Amounts within a range, read from nodes.
#pragma once

#include <chrono>
#include <cstdint>

#include "config/yaml_tree.hpp"
#include "divio/result.hpp"

namespace divio::config {

struct DurationRange {
  std::chrono::milliseconds lowest;
  std::chrono::milliseconds highest;
};

[[nodiscard]] Result<std::chrono::milliseconds> read_duration(const YamlNode& node, DurationRange range);

// The same, in whole seconds.
[[nodiscard]] Result<std::chrono::seconds> read_seconds(const YamlNode& node, DurationRange range);

// 6 MiB, below which Docker refuses to start a container, to 16 TiB.
[[nodiscard]] Result<std::uint64_t> read_memory(const YamlNode& node);

// Thousandths of a core: 0.01, Docker's least, to 512 cores.
[[nodiscard]] Result<std::uint32_t> read_cpu(const YamlNode& node);

}  // namespace divio::config
