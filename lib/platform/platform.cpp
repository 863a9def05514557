#include "divio/platform.hpp"

#include "platform/parts.hpp"
#include "support/try.hpp"

namespace divio {

Result<Platform> Platform::open(const Settings& settings) {
  DIVIO_TRY(parts, wire_platform(settings));
  return Platform(std::move(parts));
}

Platform::Platform(std::unique_ptr<PlatformParts> parts) : parts_(std::move(parts)) {}
Platform::Platform(Platform&&) noexcept = default;
Platform& Platform::operator=(Platform&&) noexcept = default;
Platform::~Platform() = default;

}  // namespace divio
