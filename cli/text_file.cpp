#include "cli/text_file.hpp"

#include <fmt/format.h>

#include <fstream>

namespace divio::cli {

Result<void> write_text_file(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) return fail(ErrorCode::failed, fmt::format("cannot write {}", path), "the folder has to exist, and there has to be room");
  return {};
}

}  // namespace divio::cli
