#include "engines/docker/archive_sieve.hpp"

#include <algorithm>

#include "engines/docker/layer_folders.hpp"
#include "support/try.hpp"

namespace divio::engines {
namespace {

// The header of an entry (POSIX pax, "ustar"): a block in which name, size, type and prefix have their places.
constexpr std::size_t block = 512;
constexpr std::uint64_t longest_json = 1U << 20;
constexpr std::string_view json_end = "/json", layer_end = "/layer.tar", blobs = "blobs/sha256/";

std::string_view field(std::string_view header, std::size_t at, std::size_t size) {
  const auto whole = header.substr(at, size);
  return whole.substr(0, whole.find('\0'));
}

// Octal digits, or from 8 GiB on a number of its own whose first bit says so.
std::uint64_t size_of(std::string_view header) {
  const auto digits = header.substr(124, 12);
  std::uint64_t size = 0;
  if ((static_cast<unsigned char>(digits[0]) & 0x80U) != 0) {
    for (const char c : digits.substr(4)) size = size << 8U | static_cast<unsigned char>(c);
    return size;
  }
  for (const char c : digits)
    if (c >= '0' && c <= '7') size = size << 3U | static_cast<std::uint64_t>(c - '0');
  return size;
}

std::string path_of(std::string_view header) {
  const auto prefix = field(header, 345, 155), name = field(header, 0, 100);
  auto path = std::string(prefix) + (prefix.empty() ? "" : "/") + std::string(name);
  return path.starts_with("./") ? path.substr(2) : path;
}

bool is_file(std::string_view header) { return header[156] == '0' || header[156] == '\0'; }

}  // namespace

ArchiveSieve::ArchiveSieve(std::vector<std::string> layers, std::size_t known, ports::ByteSink sink)
    : chains_(chain_ids(layers)), sink_(std::move(sink)) {
  // A layer that occurs once more further up stays: the archive may hold it once for both.
  const auto first_kept = layers.begin() + static_cast<std::ptrdiff_t>(std::min(known, layers.size()));
  for (auto layer = layers.begin(); layer != first_kept; ++layer) {
    if (std::find(first_kept, layers.end(), *layer) != layers.end()) continue;
    dropped_chains_.insert(chains_[static_cast<std::size_t>(layer - layers.begin())]);
    if (const auto colon = layer->find(':'); colon != layer->npos) dropped_paths_.insert(std::string(blobs) + layer->substr(colon + 1));
  }
}

ArchiveSieve::Fate ArchiveSieve::fate_of(const std::string& path) const {
  if (dropped_paths_.contains(path)) return Fate::drop;
  return path.ends_with(json_end) && left_ <= longest_json ? Fate::read : Fate::pass;
}

Result<void> ArchiveSieve::begin_entry() {
  path_ = path_of(header_);
  const auto size = size_of(header_);
  padding_ = (block - size % block) % block;
  left_ = size + padding_;
  fate_ = is_file(header_) ? fate_of(path_) : Fate::pass;
  text_.clear();
  const auto header = std::exchange(header_, {});
  if (fate_ != Fate::drop) DIVIO_CHECK(sink_(header));
  if (left_ == 0) end_entry();
  return {};
}

void ArchiveSieve::end_entry() {
  if (fate_ != Fate::read) return;
  text_.resize(text_.size() - std::min<std::size_t>(padding_, text_.size()));
  const auto folder = path_.substr(0, path_.size() - json_end.size());
  const auto place = layer_in_folder(folder, text_, chains_);
  if (place && dropped_chains_.contains(chains_[*place])) dropped_paths_.insert(folder + std::string(layer_end));
}

// As much of `bytes` as belongs to what is passing by.
std::string_view ArchiveSieve::take(std::string_view& bytes) {
  const auto most = left_ > 0 ? left_ : block - header_.size();
  const auto part = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(most, bytes.size())));
  bytes.remove_prefix(part.size());
  return part;
}

Result<void> ArchiveSieve::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const bool contents = left_ > 0;
    const auto part = take(bytes);
    if (!contents) {
      header_ += part;
      if (header_.size() == block) DIVIO_CHECK(begin_entry());
      continue;
    }
    left_ -= part.size();
    if (fate_ == Fate::read) text_ += part;
    if (fate_ != Fate::drop) DIVIO_CHECK(sink_(part));
    if (left_ == 0) end_entry();
  }
  return {};
}

}  // namespace divio::engines
