#include "system/shared_library.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

namespace divio::system {

Result<SharedLibrary> SharedLibrary::open(const std::string& soname) {
  void* handle = ::dlopen(soname.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle != nullptr) return SharedLibrary(handle, soname);
  const char* reason = ::dlerror();
  return fail(ErrorCode::failed,
              fmt::format("the library {} cannot be loaded: {}", soname, reason ? reason : "unknown"),
              fmt::format("install the package of your distribution that holds {}", soname));
}

Result<void*> SharedLibrary::symbol(const char* name) const {
  void* found = ::dlsym(handle_, name);
  if (found != nullptr) return found;
  return fail(ErrorCode::failed, fmt::format("the library {} has no function '{}'", soname_, name),
              "update it to a newer version");
}

}  // namespace divio::system
