// Tar archives that are the same bytes for the same entries: times 0, owner 0, no names of people. POSIX ustar, with
// pax records (IEEE Std 1003.1-2017, pax) where ustar is too small: paths beyond 100 bytes or ASCII, files from 8 GiB.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "divio/result.hpp"
#include "ports/streams.hpp"
#include "sources/entry.hpp"

namespace divio::sources {

// The header blocks of an entry. Pure.
[[nodiscard]] std::string tar_header(const Entry& entry);

// Writes the archive of `entries`, in their order, in pieces of at least 64 KiB but for the last. Holds no more than
// one piece of content besides what the entry itself holds.
[[nodiscard]] Result<void> write_tar(std::span<const Entry> entries, const ports::ByteSink& sink);

}  // namespace divio::sources
