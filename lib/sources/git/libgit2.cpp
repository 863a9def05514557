#include "sources/git/libgit2.hpp"

#include <fmt/format.h>

#include <array>

#include "support/try.hpp"
#include "system/shared_library.hpp"

namespace divio::sources {
namespace {

constinit Libgit2 functions;

Result<void> load_functions() {
  DIVIO_TRY(library, system::SharedLibrary::open(DIVIO_LIBGIT2_SONAME));
#define DIVIO_LOAD(name) DIVIO_CHECK(library.load(functions.name, "git_" #name));
  DIVIO_LIBGIT2_FUNCTIONS(DIVIO_LOAD)
#undef DIVIO_LOAD
  return {};
}

Result<void> load_once() {
  DIVIO_CHECK(load_functions());
  if (functions.libgit2_init() < 0) return git_failure(ErrorCode::failed, "libgit2 does not start");
  // git refuses a repository of another user ("dubious ownership") because its settings can name programs to run:
  // hooks, filters, pagers, file system monitors. libgit2 runs none of them while it reads, and root deploying a user's
  // checkout, or a container with a mounted one, is common for this tool.
  functions.libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
  return {};
}

}  // namespace

Result<void> load_libgit2() {
  static const Result<void> loaded = load_once();
  return loaded;
}

const Libgit2& git() noexcept {
  return functions;
}

Failure git_failure(ErrorCode code, std::string_view sentence, std::string hint) {
  const auto* error = git().error_last();
  const std::string_view reason = error != nullptr && error->message != nullptr ? error->message : "unknown reason";
  return fail(code, fmt::format("{}: {}", sentence, reason), std::move(hint));
}

std::string to_hex(const git_oid& id) {
  std::array<char, GIT_OID_HEXSZ> text{};
  git().oid_fmt(text.data(), &id);
  return {text.data(), text.size()};
}

}  // namespace divio::sources
