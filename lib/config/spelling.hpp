// What words of the project file may look like. Each check gives nothing for a good word, and otherwise what is wrong
// with it and what to do about it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace divio::config {

struct Complaint {
  std::string message;
  std::string hint;
};

// A host name (RFC 1123) in lower case, without scheme, port or wildcard: at most 253 characters in labels of 1 to 63.
[[nodiscard]] std::optional<Complaint> check_domain(std::string_view domain);

// What a health check asks for: '/' and characters that need no quoting in a URL or in an ingress's configuration.
[[nodiscard]] std::optional<Complaint> check_health_path(std::string_view path);

// A branch name as git allows it (git-check-ref-format).
[[nodiscard]] std::optional<Complaint> check_branch(std::string_view branch);

// A path of the codebase: relative, and not leading out of it.
[[nodiscard]] std::optional<Complaint> check_codebase_path(std::string_view path);

// A folder in a container: absolute, neither '/' nor one of the kernel's, without '.' and '..'.
[[nodiscard]] std::optional<Complaint> check_mount_path(std::string_view path);

// The name of a stage in a Dockerfile.
[[nodiscard]] std::optional<Complaint> check_build_target(std::string_view target);

// `path` without repeated and closing slashes.
[[nodiscard]] std::string tidy_path(std::string_view path);

}  // namespace divio::config
