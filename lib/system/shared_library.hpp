// A shared library loaded while the program runs, for the heavy ones (curl, libgit2) that most commands never need: the
// program starts without them. Only headers are compiled against; the functions are looked up by name.
#pragma once

#include <string>

#include "divio/result.hpp"

namespace divio::system {

// A loaded library. It stays loaded until the process ends, because libraries that keep threads or exit handlers do not
// survive being unloaded; copies are therefore free. Safe from several threads.
class SharedLibrary {
 public:
  // `soname` as the dynamic linker knows it ("libcurl.so.4"). Not installed or not loadable: failed, naming the
  // library.
  [[nodiscard]] static Result<SharedLibrary> open(const std::string& soname);

  // The address of an exported name; failed when the library lacks it (it is then older than what was compiled
  // against).
  [[nodiscard]] Result<void*> symbol(const char* name) const;

  // The same as a typed function: `library.load(place, "curl_easy_init")` fills a `decltype(&curl_easy_init)`.
  template <class Function>
  [[nodiscard]] Result<void> load(Function*& place, const char* name) const {
    auto found = symbol(name);
    if (!found) return Failure(std::move(found).error());
    place = reinterpret_cast<Function*>(*found);
    return {};
  }

 private:
  SharedLibrary(void* handle, std::string soname) : handle_(handle), soname_(std::move(soname)) {}
  void* handle_;
  std::string soname_;
};

}  // namespace divio::system
