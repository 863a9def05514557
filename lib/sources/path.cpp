#include "sources/path.hpp"

#include <fmt/format.h>

#include <vector>

#include "support/text.hpp"

namespace divio::sources {

std::string clean_path(std::string_view path) {
  const bool rooted = path.starts_with('/');
  std::vector<std::string> kept;
  for (auto& part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    const bool up = part == "..";
    if (up && !kept.empty() && kept.back() != "..") {
      kept.pop_back();
    } else if (!up || !rooted) {
      kept.push_back(std::move(part));
    }
  }
  const auto joined = join(kept, "/");
  if (rooted) return "/" + joined;
  return joined.empty() ? "." : joined;
}

std::string_view folder_of(std::string_view path) noexcept {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

std::string join_path(std::string_view folder, std::string_view path) {
  if (folder.empty() || folder == ".") return std::string(path);
  if (path.empty() || path == ".") return std::string(folder);
  return std::string(folder) + "/" + std::string(path);
}

bool is_inside(std::string_view cleaned) noexcept {
  return !cleaned.empty() && cleaned != "." && cleaned != ".." && !cleaned.starts_with('/') &&
         !cleaned.starts_with("../");
}

Result<std::string> path_inside(std::string_view path) {
  auto cleaned = clean_path(path);
  if (is_inside(cleaned)) return cleaned;
  return fail(ErrorCode::invalid, fmt::format("'{}' is not inside the project", path),
              "give a path below the folder of divio.yaml");
}

}  // namespace divio::sources
