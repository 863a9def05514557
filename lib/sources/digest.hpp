// One number for a build context. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "sources/entry.hpp"

namespace divio::sources {

// Hexadecimal SHA-256 over the entries' modes, paths and content ids in their order, and over which of them is the
// Dockerfile. Contents count by git's ids, so that a clean working tree has the digest of its commit.
[[nodiscard]] std::string digest_of(std::span<const Entry> entries, std::string_view dockerfile);

}  // namespace divio::sources
